// The server writes the absolute deadline; this adds how long is left, once a second.
import { word } from './words.js';

const UNITS = [['days', 86400], ['hours', 3600], ['minutes', 60], ['seconds', 1]];
// Trade deadlines are 24 and 48 hours, so hours are counted up to three days before days are.
const inHours = 3 * 86400;

function left(seconds) {
  const units = seconds < inHours ? UNITS.slice(1) : UNITS;
  const from = Math.max(0, units.findIndex(([, size]) => seconds >= size));
  const parts = units.slice(from, from + 2).map(([unit, size], index, shown) => {
    const above = index ? shown[index - 1][1] : Infinity;
    return word(unit, { n: Math.floor((seconds % above) / size) });
  });
  return parts.join(word('join'));
}

function tick() {
  for (const element of document.querySelectorAll('[data-deadline]')) {
    const seconds = Math.floor((Date.parse(element.dataset.deadline) - Date.now()) / 1000);
    const text = seconds > 0 ? word('left', { time: left(seconds) }) : word('over');
    if (element.textContent !== text) element.textContent = text;
    element.classList.toggle('is-soon', seconds > 0 && seconds < 3600);
    element.classList.toggle('is-over', seconds <= 0);
    // What lapsed changes the page; the server is asked once, a little after the moment.
    if (seconds === -2) document.dispatchEvent(new Event('due'));
  }
}

if (document.getElementById('words')) {
  tick();
  setInterval(tick, 1000);
  document.addEventListener('htmx:after:settle', tick);
}
