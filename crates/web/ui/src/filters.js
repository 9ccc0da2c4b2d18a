// The filters of a list are a plain GET form. Here: a choice is sent at once, empty fields stay out of the address,
// and pasted ids are counted and cleaned.
import { grouped, word } from './words.js';

const idsOf = text => [...new Set(text.split(/[\s,;，；、]+/).filter(Boolean))];

document.addEventListener('change', event => {
  const form = event.target.closest?.('[data-filters]');
  if (form && event.target.matches('input[type=radio], select')) form.requestSubmit();
});

document.addEventListener('submit', event => {
  if (!event.target.matches('[data-filters]')) return;
  for (const area of event.target.querySelectorAll('[data-ids]')) area.value = idsOf(area.value).slice(0, Number(area.dataset.ids)).join(' ');
  for (const control of event.target.elements) {
    const leftOut = control.name && !control.disabled && control.value === '' && (control.type !== 'radio' || control.checked);
    if (leftOut) control.disabled = true;
    // The page may come back from the browser's memory, with the form as it was left.
    if (leftOut) addEventListener('pageshow', () => { control.disabled = false; }, { once: true });
  }
});

document.addEventListener('input', event => {
  const limit = Number(event.target.dataset?.ids);
  if (!limit) return;
  const n = idsOf(event.target.value).length;
  const count = event.target.closest('.menu-box').querySelector('[data-ids-count]');
  count.textContent = word(n > limit ? 'ids_many' : 'ids', { n: grouped(n), limit: grouped(limit) });
  count.classList.toggle('is-over', n > limit);
});

// While an input method composes, what stands in the field is not yet what is meant.
document.addEventListener('htmx:config:request', event => {
  const { sourceElement, sourceEvent, request } = event.detail.ctx;
  if (!sourceElement.matches('[data-search]')) return;
  if (sourceEvent.type === 'input' && sourceEvent.isComposing) return event.preventDefault();
  for (const [name, value] of [...request.body]) if (value === '') request.body.delete(name);
});
