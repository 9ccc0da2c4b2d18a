// A form with files shows how far the upload is. The answer is taken as the browser would take it:
// a redirect is followed, a page with errors is shown in place.
import { word } from './words.js';

document.addEventListener('submit', event => {
  const form = event.target;
  if (!form.matches('form[data-upload]') || event.defaultPrevented) return;
  event.preventDefault();
  send(form, event.submitter);
});

function send(form, submitter) {
  const box = form.querySelector('.upload');
  const bar = box.querySelector('progress');
  const text = box.querySelector('.upload-text');
  const buttons = [...form.querySelectorAll('button')];
  const stop = () => { bar.hidden = true; text.textContent = word('upload_failed'); text.classList.add('is-over'); buttons.forEach(button => { button.disabled = false; }); };
  // By attribute, for a control named `action` would hide the form's own.
  const action = new URL(form.getAttribute('action'), location.href).href;
  const request = new XMLHttpRequest();
  request.open('POST', action);
  request.setRequestHeader('HX-Request', 'true');
  request.upload.addEventListener('progress', event => {
    if (!event.lengthComputable) return;
    const share = Math.floor((event.loaded / event.total) * 100);
    bar.value = share;
    text.textContent = share < 100 ? word('uploading', { n: share }) : word('upload_checking');
  });
  request.addEventListener('error', stop);
  request.addEventListener('load', () => {
    const to = request.getResponseHeader('HX-Redirect') ?? (request.responseURL !== action ? request.responseURL : null);
    if (to) return location.assign(to);
    const main = new DOMParser().parseFromString(request.responseText, 'text/html').querySelector('main');
    if (!main) return stop();
    document.querySelector('main').replaceWith(main);
    htmx.process(main);
    document.dispatchEvent(new Event('renewed'));
    (main.querySelector('[data-focus]') ?? main).focus();
  });
  box.hidden = bar.hidden = false;
  bar.value = 0;
  text.classList.remove('is-over');
  text.textContent = word('uploading', { n: 0 });
  const body = new FormData(form, submitter);
  buttons.forEach(button => { button.disabled = true; });
  request.send(body);
}

// A file may be dropped anywhere on the box around its field.
for (const type of ['dragover', 'drop']) {
  document.addEventListener(type, event => {
    const drop = event.target.closest?.('[data-drop]');
    if (!drop || !event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    if (type === 'drop') drop.querySelector('input').files = event.dataTransfer.files;
  });
}
