// htmx and its server-sent-events extension, which looks for a global of that name.
import './htmx-global.js';
import 'htmx.org/dist/ext/hx-sse.js';
import { isTouched } from './touched.js';

// A part that is renewed under the reader's hands keeps what the reader did to it: what is open stays open,
// what was typed or ticked stays so.
htmx.registerExtension('keep', {
  htmx_before_morph_attr: (element, { attrName }) => {
    if (attrName === 'open' && element.matches('details, dialog')) return false;
    if ((attrName === 'value' || attrName === 'checked') && isTouched(element)) return false;
  },
});
