// Reads a QR code with the camera or from a picture, on this device: no picture leaves it. What it says goes into the form's
// field, which can be typed and pasted into as well, and the form is sent.
import decodeQR from 'qr/decode.js';

/** Codes of the requests that this page answers hold an address with this in it. */
const PLACE = '/grant/';
/** How many milliseconds lie between two looks at the camera. */
const PAUSE = 120;
/** Pictures are read at this many pixels at the most: more only takes time. */
const MOST = 1600;

export function scan(box) {
  const video = box.querySelector('video');
  const said = box.querySelector('[data-scan-said]');
  const [start, stop] = ['start', 'stop'].map(name => box.querySelector(`[data-scan-${name}]`));
  const picture = document.querySelector('[data-scan-picture]');
  const field = document.getElementById(box.dataset.field);
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  let stream;
  let timer;

  const say = (name, bad = false) => {
    said.textContent = box.dataset[name] ?? '';
    said.classList.toggle('is-bad', bad);
  };

  /** What the picture's QR code says; nothing when there is none. */
  function read(source, width, height) {
    const scale = Math.min(1, MOST / Math.max(width, height));
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    pen.drawImage(source, 0, 0, canvas.width, canvas.height);
    try {
      return decodeQR(pen.getImageData(0, 0, canvas.width, canvas.height));
    } catch {
      return undefined;
    }
  }

  function found(text) {
    if (!text.includes(PLACE)) {
      say('foreign', true);
      return false;
    }
    end();
    field.value = text;
    say('found');
    field.form.requestSubmit();
    return true;
  }

  function end() {
    clearTimeout(timer);
    stream?.getTracks().forEach(track => track.stop());
    stream = undefined;
    video.hidden = stop.hidden = true;
    start.hidden = false;
  }

  function look() {
    if (!stream) return;
    const text = video.videoWidth ? read(video, video.videoWidth, video.videoHeight) : undefined;
    if (text === undefined || !found(text)) timer = setTimeout(look, PAUSE);
  }

  async function begin() {
    if (!navigator.mediaDevices?.getUserMedia) return say(window.isSecureContext ? 'missing' : 'insecure', true);
    start.hidden = true;
    say('asking');
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: 'environment', width: { ideal: 1280 } } });
    } catch (problem) {
      start.hidden = false;
      const refused = problem.name === 'NotAllowedError' || problem.name === 'SecurityError';
      return say(refused ? 'refused' : problem.name === 'NotReadableError' ? 'busy' : 'missing', true);
    }
    video.srcObject = stream;
    video.hidden = stop.hidden = false;
    await video.play().catch(() => {});
    say('looking');
    look();
  }

  start.addEventListener('click', begin);
  stop.addEventListener('click', () => { end(); say('stopped'); });
  addEventListener('pagehide', end);
  picture?.addEventListener('change', async () => {
    const file = picture.files[0];
    if (!file) return;
    try {
      const image = await createImageBitmap(file);
      const text = read(image, image.width, image.height);
      image.close();
      if (text === undefined) say('none', true);
      else found(text);
    } catch {
      say('none', true);
    }
  });
}
