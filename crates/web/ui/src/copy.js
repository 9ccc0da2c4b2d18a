import { toast } from './toast.js';
import { word } from './words.js';

document.addEventListener('click', async event => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    toast(word('copied'));
  } catch {
    // Without TLS a browser offers no clipboard.
    toast(word('copy_failed'), 'warn');
  }
});
