// The language changes on the page as it is now: a search that follows the typing has changed the address since it was loaded.
document.addEventListener('submit', event => {
  if (event.target.getAttribute('action') === '/language') event.target.elements.back.value = location.pathname + location.search;
});

// Light or dark, kept for a year. The server reads the same cookie.
document.addEventListener('click', event => {
  if (!event.target.closest('[data-theme-toggle]')) return;
  const root = document.documentElement;
  const theme = root.dataset.bsTheme === 'dark' ? 'light' : 'dark';
  root.dataset.bsTheme = theme;
  document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax${location.protocol === 'https:' ? '; secure' : ''}`;
  document.dispatchEvent(new Event('theme'));
});
