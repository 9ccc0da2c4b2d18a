// Rows chosen for a bulk action: all of the page, then all that match the filters, of which the page shows a part.
import { grouped, word } from './words.js';

const bars = () => document.querySelectorAll('[data-bulk]');
// `bar.id` would be the rows' boxes: a form's controls hide its own properties behind their names.
const idOf = bar => CSS.escape(bar.getAttribute('id'));
const picks = bar => [...document.querySelectorAll(`[data-pick][form="${idOf(bar)}"]`)];
const head = bar => document.querySelector(`[data-select="${idOf(bar)}"] [data-pick-all]`);

function show(bar) {
  const boxes = picks(bar);
  const chosen = boxes.filter(box => box.checked).length;
  const total = Number(bar.dataset.total);
  const all = bar.querySelector('[data-bulk-all]');
  const whole = boxes.length > 0 && chosen === boxes.length;
  if (!whole) all.value = '';
  bar.classList.toggle('is-open', chosen > 0);
  bar.querySelector('[data-bulk-count]').textContent = all.value ? word('selected_all', { n: grouped(total) }) : word('selected', { n: grouped(chosen) });
  bar.querySelector('[data-bulk-more]').hidden = !whole || all.value !== '' || total <= boxes.length;
  for (const box of boxes) box.closest('tr').classList.toggle('is-picked', box.checked);
  const top = head(bar);
  if (top) { top.checked = whole; top.indeterminate = chosen > 0 && !whole; }
}
const showAll = () => bars().forEach(show);

function setAll(bar, checked) {
  for (const box of picks(bar)) box.checked = checked;
  show(bar);
}

let last;
document.addEventListener('click', event => {
  const box = event.target;
  if (!box.matches?.('[data-pick]')) return;
  const bar = document.getElementById(box.getAttribute('form'));
  const boxes = picks(bar);
  // With Shift, all between this row and the one before it.
  if (event.shiftKey && last && boxes.includes(last)) {
    const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
    for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
  }
  last = box;
  show(bar);
});
document.addEventListener('change', event => {
  if (!event.target.matches?.('[data-pick-all]')) return;
  setAll(document.getElementById(event.target.closest('[data-select]').dataset.select), event.target.checked);
});
document.addEventListener('click', event => {
  const bar = event.target.closest?.('[data-bulk]');
  if (!bar) return;
  if (event.target.closest('[data-bulk-more]')) { bar.querySelector('[data-bulk-all]').value = '1'; show(bar); }
  if (event.target.closest('[data-bulk-clear]')) setAll(bar, false);
});
document.addEventListener('htmx:after:settle', showAll);
// The browser may bring a page back with its boxes still ticked.
addEventListener('pageshow', showAll);
showAll();
