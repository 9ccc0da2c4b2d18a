// Draws <div data-chart='{"times": […], "series": [{"label", "values"}], "kind", "compact"}'> with uPlot.
// Colours come from the style sheet, so a chart follows the theme; figures follow the page's language.
import uPlot from 'uplot';

const lang = document.documentElement.lang || 'en';
const drawn = new WeakMap();
const DAY = 86400;

function draw(box) {
  const theme = document.documentElement.dataset.bsTheme;
  const source = box.dataset.chart;
  const before = drawn.get(box);
  if (before?.source === source && before.theme === theme && before.plot.root.isConnected) return;
  before?.watch.disconnect();
  before?.plot.destroy();
  const plot = make(box, JSON.parse(source));
  const watch = new ResizeObserver(() => { if (box.clientWidth && box.clientWidth !== plot.width) plot.setSize(size(box)); });
  watch.observe(box);
  drawn.set(box, { source, theme, plot, watch });
}

const size = box => ({ width: box.clientWidth, height: box.clientHeight });

function make(box, { times, series, kind, compact }) {
  const style = getComputedStyle(box);
  // A custom property is handed out as written, `light-dark(…)` and all; a colour is handed out resolved.
  const probe = box.appendChild(document.createElement('i'));
  const colour = name => { probe.style.color = `var(${name})`; return getComputedStyle(probe).color; };
  const [text, lines] = [colour('--chart-text'), colour('--chart-line')];
  const seconds = times.map(at => Date.parse(at) / 1000);
  const step = seconds.length > 1 ? seconds[1] - seconds[0] : DAY;
  const figure = new Intl.NumberFormat(lang, compact ? { notation: 'compact', maximumFractionDigits: 1 } : {});
  const exact = new Intl.NumberFormat(lang);
  const span = (seconds.at(-1) ?? 0) - (seconds[0] ?? 0);
  const tick = new Intl.DateTimeFormat(lang, span < 2 * DAY ? { hour: '2-digit', minute: '2-digit' } : { month: 'short', day: 'numeric' });
  const whole = new Intl.DateTimeFormat(lang, span < 2 * DAY ? { dateStyle: 'medium', timeStyle: 'short' } : { dateStyle: 'medium' });
  const axis = { stroke: text, font: `11px ${style.fontFamily}`, grid: { stroke: lines, width: 1 }, ticks: { show: false } };
  const plot = new uPlot({
    ...size(box),
    padding: [8, 24, 0, 0],
    cursor: { points: { size: 7 }, drag: { x: false, y: false } },
    legend: { show: series.length > 1, live: false },
    plugins: [tip(series, seconds, exact, whole)],
    scales: { ...(kind === 'bar' && { x: { range: (_, from, to) => [from - step / 2, to + step / 2] } }), y: { range: (_, low, high) => uPlot.rangeNum(kind === 'bar' ? 0 : low, high === low ? high + 1 : high, 0.1, true) } },
    series: [{}, ...series.map(({ label }, index) => {
      const stroke = colour(`--chart-${(index % 5) + 1}`);
      const bars = kind === 'bar' && { paths: uPlot.paths.bars({ size: [0.6, 40], radius: 0.15 }), fill: stroke, points: { show: false } };
      const fill = series.length === 1 && kind !== 'bar' ? colour('--chart-fill') : undefined;
      return { label, stroke, width: 2, fill, points: { show: seconds.length < 2, size: 6 }, ...bars };
    })],
    axes: [
      // A day is the least step between two dates, so that no date stands there twice.
      { ...axis, grid: { show: false }, size: 32, gap: 9, space: 64, ...(span < 2 * DAY ? {} : { incrs: [1, 2, 7, 14, 30, 90, 365].map(days => days * DAY) }), values: (_, ticks) => ticks.map(at => tick.format(at * 1000)) },
      { ...axis, size: 52, values: (_, ticks) => ticks.map(value => figure.format(value)) },
    ],
  }, [seconds, ...series.map(({ values }) => values)], box);
  probe.remove();
  return plot;
}

// What the pointer is on, in words.
function tip(series, seconds, exact, whole) {
  const note = document.createElement('div');
  note.className = 'chart-tip';
  note.hidden = true;
  return {
    hooks: {
      init: plot => plot.over.append(note),
      setCursor: plot => {
        const index = plot.cursor.idx;
        note.hidden = index == null || plot.cursor.left < 0;
        if (note.hidden) return;
        const rows = series.map(({ label, values }) => [series.length > 1 ? label : '', values[index] == null ? '–' : exact.format(values[index])]);
        note.replaceChildren(...[['', whole.format(seconds[index] * 1000)], ...rows].map(([label, value]) => {
          const line = document.createElement('p');
          line.append(label ? `${label} ` : '', Object.assign(document.createElement('span'), { textContent: value }));
          return line;
        }));
        const left = plot.valToPos(seconds[index], 'x');
        note.style.left = `${Math.min(Math.max(0, left - note.offsetWidth / 2), plot.over.clientWidth - note.offsetWidth)}px`;
      },
    },
  };
}

export { draw };
