// Fetches the reading of QR codes only where a page scans one.
const box = document.querySelector('[data-scan]');
if (box) import(box.dataset.module).then(module => module.scan(box));
