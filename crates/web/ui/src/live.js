// The page follows what others do. /live sends `changed` with a list of topics; every part that names one of them in
// `data-live` is fetched again with one request for this very page, and merged in by its id. `*` follows every topic.
import { word } from './words.js';

const stream = document.getElementById('live');
const pending = new Set();
let timer;

function parts(topics) {
  const all = [...document.querySelectorAll('[data-live][id]')];
  const named = all.filter(part => topics.has('*') || part.dataset.live === '*' || part.dataset.live.split(' ').some(topic => topics.has(topic)));
  return named.filter(part => !named.some(other => other !== part && other.contains(part)));
}

function renew() {
  timer = undefined;
  // A question is on the screen: what it is about must not change under it.
  if (document.querySelector('dialog[open]')) { plan([]); return; }
  const wanted = parts(pending);
  pending.clear();
  if (!wanted.length) return;
  htmx.ajax('GET', location.pathname + location.search, {
    swap: 'none', selectOOB: wanted.map(part => `#${CSS.escape(part.id)}:outerMorph`).join(','),
  });
}

// Several events of one act come together; they are answered together.
function plan(topics) {
  for (const topic of topics) pending.add(topic);
  timer ??= setTimeout(renew, 200);
}

function say(on) {
  for (const mark of document.querySelectorAll('[data-live-state]')) {
    mark.dataset.liveState = on ? 'on' : 'off';
    mark.querySelector('[data-live-text]').textContent = word(on ? 'live_on' : 'live_off');
  }
}

if (stream) {
  let before = false;
  stream.addEventListener('changed', event => {
    try { plan(JSON.parse(event.detail.data)); } catch { plan(['*']); }
  });
  stream.addEventListener('htmx:sse:after:connection', event => {
    const on = event.detail.connection.status === 200;
    say(on);
    // After a gap anything may have changed.
    if (on && before) plan(['*']);
    before ||= on;
  });
  for (const type of ['htmx:sse:error', 'htmx:sse:close']) stream.addEventListener(type, () => say(false));
}
document.addEventListener('due', () => plan(['*']));
