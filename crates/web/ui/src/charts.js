// Fetches the drawing code only where a page holds a chart.
const draw = () => {
  const boxes = document.querySelectorAll('[data-chart]');
  if (boxes.length) import(boxes[0].dataset.module).then(module => boxes.forEach(module.draw));
};
draw();
for (const type of ['theme', 'renewed', 'htmx:after:settle']) document.addEventListener(type, draw);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
