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

/** How many milliseconds a first connection may take; and how long to wait after one that failed, first and at the most. */
const PATIENCE = 10_000;
const [SOON, LATE] = [1_000, 30_000];

if (stream) {
  let before = false;
  let stands = false;
  let pause = SOON;
  let again;
  // The extension mends a stream that broke, not one that never stood: a busy moment while the page loads would leave it deaf.
  const connect = () => {
    again = undefined;
    htmx.ajax('GET', stream.getAttribute('hx-sse:connect'), { source: stream, swap: 'none', timeout: PATIENCE });
  };
  const later = () => {
    if (stands || again) return;
    say(false);
    again = setTimeout(connect, pause);
    pause = Math.min(pause * 2, LATE);
  };
  htmx.config.sse = { connectTimeout: PATIENCE };
  stream.addEventListener('htmx:finally:request', later);
  stream.addEventListener('htmx:sse:close', () => { stands = false; later(); });
  stream.addEventListener('changed', event => {
    try { plan(JSON.parse(event.detail.data)); } catch { plan(['*']); }
  });
  stream.addEventListener('htmx:sse:after:connection', event => {
    const on = event.detail.connection.status === 200;
    stands = true;
    pause = SOON;
    say(on);
    // After a gap anything may have changed.
    if (on && before) plan(['*']);
    before ||= on;
  });
  stream.addEventListener('htmx:sse:error', () => say(false));
}
document.addEventListener('due', () => plan(['*']));
