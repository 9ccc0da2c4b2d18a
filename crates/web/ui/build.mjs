// Builds ../assets, the bundle that the binary embeds. The Rust build never runs this: it takes the committed result.
//
//   npm ci && npm run build     writes ../assets
//   npm run check               builds again and fails when the committed bundle differs
//
// The result depends only on package-lock.json and the files beside this one, so two runs give the same bytes.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import { tablerSubset } from './tabler.mjs';
import { ICONS } from './icons.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, '..', 'assets');
const read = (...path) => readFileSync(join(here, ...path), 'utf8');
const version = name => JSON.parse(read('node_modules', name, 'package.json')).version;
const files = new Map();

// Scripts. `theme.js` runs before the first paint, so it is its own tiny classic script; `chart.js` is fetched
// only by pages that hold a chart, `scan.js` only by pages that read QR codes.
for (const [name, format] of [['app.js', 'esm'], ['chart.js', 'esm'], ['scan.js', 'esm'], ['theme.js', 'iife']]) {
  const built = await esbuild.build({
    entryPoints: [join(here, 'src', name)], bundle: true, minify: true, format, target: 'es2022', charset: 'utf8',
    legalComments: 'none', write: false, absWorkingDir: here,
  });
  files.set(name, built.outputFiles[0].text);
}

// Styles: the parts of Tabler we use, uPlot's own sheet, then ours, so that ours win.
const ours = read('src', 'app.css');
const sheet = [tablerSubset(read('node_modules/@tabler/core/dist/css/tabler.css'), ours), read('node_modules/uplot/dist/uPlot.min.css'), ours].join('\n');
const css = await esbuild.transform(sheet, { loader: 'css', minify: true, charset: 'utf8', legalComments: 'none' });
files.set('app.css', css.code);

// Icons: one sprite, so that a page names an icon and the browser fetches the drawings once.
const symbols = ICONS.map(name => {
  const svg = read('node_modules/@tabler/icons/icons/outline', `${name}.svg`);
  const body = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>'))
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" ?\/>/, '').replace(/\s*\n\s*/g, '').replace(/ \/>/g, '/>');
  return `<symbol id="${name}" viewBox="0 0 24 24">${body}</symbol>`;
});
files.set('icons.svg', `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join('\n')}\n</svg>\n`);
files.set('favicon.svg', read('src', 'favicon.svg'));

// Licences of what is inside the bundle, in full.
const parts = [['@tabler/core', 'styles in app.css'], ['@tabler/icons', 'icons.svg'], ['htmx.org', 'in app.js'], ['qr', 'in scan.js'], ['uplot', 'chart.js and its styles in app.css']];
const licence = name => {
  const folder = join('node_modules', name);
  const file = readdirSync(join(here, folder)).find(entry => /^licen[cs]e/i.test(entry));
  const stated = JSON.parse(read(folder, 'package.json')).license;
  return { stated, text: file ? read(folder, file).trim() : read('licences', `${name.replace(/\W+/g, '-').replace(/^-/, '')}.txt`).trim() };
};
files.set('LICENCES.txt', 'The files of this folder contain parts of the works below. Everything else in it is under the licence of Countersign.\n'
  + parts.map(([name, where]) => `\n${'-'.repeat(80)}\n${name} ${version(name)} (${licence(name).stated}): ${where}\n\n${licence(name).text}\n`).join(''));

const sums = [...files].sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, text]) => `${createHash('sha256').update(text).digest('hex')}  ${name}\n`).join('');
files.set('SHA256SUMS', sums);

if (process.argv.includes('--check')) {
  const stale = [...files].filter(([name, text]) => !existsSync(join(out, name)) || readFileSync(join(out, name), 'utf8') !== text).map(([name]) => name);
  const extra = readdirSync(out).filter(name => !files.has(name));
  if (stale.length || extra.length) {
    console.error(`assets differ from their sources: ${[...stale, ...extra].join(', ')}. Run: npm run build`);
    process.exit(1);
  }
} else {
  mkdirSync(out, { recursive: true });
  for (const name of readdirSync(out)) if (!files.has(name)) rmSync(join(out, name));
  for (const [name, text] of files) writeFileSync(join(out, name), text);
}
for (const [name, text] of files) console.log(`${String(Buffer.byteLength(text)).padStart(8)}  ${name}`);
