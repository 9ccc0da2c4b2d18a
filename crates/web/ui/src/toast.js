/** Says something short; it goes by itself, so only what needs no answer is said here. */
export function toast(text, tone = 'ok') {
  const note = document.createElement('div');
  note.className = `toast-note tone-${tone}`;
  note.textContent = text;
  // A modal dialog covers the page, so the word is said inside it.
  (document.querySelector('dialog[open]') ?? document.getElementById('toasts')).append(note);
  setTimeout(() => note.remove(), 4000);
}
