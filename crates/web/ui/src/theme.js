// Runs before the first paint. The reader's own choice wins over the server's, and that over the device's.
const root = document.documentElement;
const device = matchMedia('(prefers-color-scheme: dark)');
const kept = () => { try { return localStorage.getItem('theme'); } catch { return null; } };
const served = root.dataset.bsTheme;
const apply = () => { root.dataset.bsTheme = kept() ?? served ?? (device.matches ? 'dark' : 'light'); };

root.classList.add('js');
apply();
device.addEventListener('change', apply);
// Another tab of the same console may change it.
addEventListener('storage', event => { if (event.key === 'theme') apply(); });
