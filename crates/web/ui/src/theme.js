// Runs before the first paint. The reader's choice is kept in a cookie, so the server writes it into the page and no
// page flashes; where none was made, the device decides.
const root = document.documentElement;
const device = matchMedia('(prefers-color-scheme: dark)');
const kept = () => document.cookie.match(/(?:^|; )theme=(light|dark)/)?.[1];
const apply = () => { root.dataset.bsTheme = kept() ?? (device.matches ? 'dark' : 'light'); };

root.classList.add('js');
apply();
device.addEventListener('change', apply);
// A page that the browser kept in memory may have been drawn before the choice.
addEventListener('pageshow', apply);
