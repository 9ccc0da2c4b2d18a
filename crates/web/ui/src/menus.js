// Menus are <details>: they open without scripts. Here: only one at a time, and they close as menus do.
const open = () => [...document.querySelectorAll('details[data-menu][open]')];

document.addEventListener('click', event => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  const dismiss = event.target.closest('[data-dismiss]');
  if (dismiss) dismiss.closest('.note').remove();
});
document.addEventListener('keydown', event => {
  if (event.key !== 'Escape') return;
  for (const menu of open()) {
    const inside = menu.contains(document.activeElement);
    menu.open = false;
    if (inside) menu.querySelector('summary').focus();
  }
});
// A menu near the right edge opens to the left, so that no page scrolls sideways.
document.addEventListener('toggle', event => {
  const menu = event.target;
  if (!menu.matches?.('details[data-menu]') || !menu.open) return;
  menu.classList.remove('menu-flip');
  const box = menu.querySelector('.menu-box').getBoundingClientRect();
  if (box.right > document.documentElement.clientWidth - 8) menu.classList.add('menu-flip');
}, true);
// The list of what is wrong in a form takes the focus when the page comes back with it.
document.querySelector('[data-focus]')?.focus();
