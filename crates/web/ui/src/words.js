// The words of the page's language, written into the page by the server: scripts hold none.
const words = JSON.parse(document.getElementById('words')?.dataset.words ?? '{}');
/** The words `key` with each `{name}` filled in. */
export const word = (key, values = {}) => (words[key] ?? '').replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
export const lang = document.documentElement.lang || 'en';
export const grouped = number => new Intl.NumberFormat(lang).format(number);
