document.addEventListener('click', event => {
  if (!event.target.closest('[data-theme-toggle]')) return;
  const root = document.documentElement;
  const theme = root.dataset.bsTheme === 'dark' ? 'light' : 'dark';
  root.dataset.bsTheme = theme;
  // Private windows may forbid storage; the choice then lasts for this page.
  try { localStorage.setItem('theme', theme); } catch { /* see above */ }
  document.dispatchEvent(new Event('theme'));
});
