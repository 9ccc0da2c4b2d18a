// Ctrl-K: every page and every action of this page, by name. `/` goes to the search field.
import { word } from './words.js';

const dialog = document.getElementById('palette');
const field = dialog?.querySelector('input');
const list = dialog?.querySelector('#palette-list');
const none = dialog?.querySelector('.palette-none');
let shown = [];
let at = 0;

const isSeen = element => element.checkVisibility?.({ visibilityProperty: true }) ?? element.offsetParent !== null;
const nameOf = element => (element.getAttribute('aria-label') ?? element.querySelector('.side-label, .menu-text > span, .menu-text')?.textContent ?? element.textContent).trim().replace(/\s+/g, ' ');

function found() {
  const pages = [...document.querySelectorAll('a[data-palette], nav.tabs a')].map(element => ({ element, name: nameOf(element), group: word('go_to') }));
  const actions = [...document.querySelectorAll('main :is(a.btn, button.btn:not([aria-disabled=true]):not(.no-js-only), .menu-box button.menu-item)')]
    .filter(element => isSeen(element) || element.closest('details'))
    .filter(element => !element.matches('[data-copy]') && !element.closest('[data-filters], .grid, .pager, .bulk, dialog'))
    .map(element => ({ element, name: nameOf(element), group: word('on_this_page') }));
  const seen = new Set();
  return [...actions, ...pages].filter(({ name, element }) => {
    const key = element.href ?? `${name}:${element.form?.getAttribute('action')}`;
    return name && !seen.has(key) && seen.add(key);
  });
}

function show() {
  const wanted = field.value.trim().toLowerCase().split(/\s+/);
  shown = found().filter(({ name }) => wanted.every(part => name.toLowerCase().includes(part)));
  at = 0;
  list.replaceChildren();
  let group;
  shown.forEach((item, index) => {
    if (item.group !== group) {
      const head = document.createElement('p');
      head.className = 'menu-head';
      head.setAttribute('role', 'presentation');
      head.textContent = group = item.group;
      list.append(head);
    }
    const option = document.createElement('div');
    option.className = 'menu-item';
    option.id = `palette-${index}`;
    option.setAttribute('role', 'option');
    const icon = item.element.querySelector('svg.icon');
    if (icon) option.append(icon.cloneNode(true));
    option.append(item.name);
    option.addEventListener('click', () => choose(index));
    list.append(option);
  });
  none.hidden = shown.length > 0;
  mark(0);
}

function mark(index) {
  at = shown.length ? (index + shown.length) % shown.length : 0;
  list.querySelectorAll('[role=option]').forEach((option, i) => {
    option.setAttribute('aria-selected', String(i === at));
    if (i === at) option.scrollIntoView({ block: 'nearest' });
  });
  if (shown.length) field.setAttribute('aria-activedescendant', `palette-${at}`);
  else field.removeAttribute('aria-activedescendant');
}

function choose(index) {
  const item = shown[index];
  if (!item) return;
  dialog.close();
  item.element.click();
}

function openPalette() {
  if (dialog.open || document.querySelector('dialog[open]')) return;
  field.value = '';
  dialog.showModal();
  show();
}

if (dialog) {
  field.addEventListener('input', show);
  field.addEventListener('keydown', event => {
    const act = { ArrowDown: () => mark(at + 1), ArrowUp: () => mark(at - 1), Enter: () => choose(at) }[event.key];
    // While an input method composes, Enter and the arrows are its own.
    if (act && !event.isComposing) { event.preventDefault(); act(); }
  });
  dialog.addEventListener('click', event => { if (event.target === dialog) dialog.close(); });
}

document.addEventListener('click', event => { if (dialog && event.target.closest('[data-open=palette]')) openPalette(); });
document.addEventListener('keydown', event => {
  if (dialog && event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
    event.preventDefault();
    if (dialog.open) dialog.close(); else openPalette();
  }
  if (event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest?.('input, textarea, select, [contenteditable]')) {
    const search = document.querySelector('[data-search]');
    if (search) { event.preventDefault(); search.focus(); search.select(); } else if (dialog) { event.preventDefault(); openPalette(); }
  }
});
