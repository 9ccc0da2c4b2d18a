// What the pages do beyond plain links and forms. Every form works without this file.
import './htmx.js';
import './theme-toggle.js';
import './menus.js';
import './confirm.js';
import './copy.js';
import './countdown.js';
import './palette.js';
import './filters.js';
import './selection.js';
import './upload.js';
import './live.js';
import './charts.js';
import './scanner.js';
