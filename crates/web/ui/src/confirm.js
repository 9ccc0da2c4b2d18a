// <form data-confirm="what will happen"> asks before it is sent.
const dialog = document.getElementById('confirm');
let waiting;

document.addEventListener('submit', event => {
  const form = event.target;
  const { confirm: text, confirmTitle, confirmOk } = { ...form.dataset, ...event.submitter?.dataset };
  if (!text || form === waiting?.form) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  waiting = { form, submitter: event.submitter };
  const [title, ok] = [dialog.querySelector('#confirm-title'), dialog.querySelector('[value=yes]')];
  title.textContent = confirmTitle ?? title.dataset.default;
  ok.textContent = confirmOk ?? ok.dataset.default;
  dialog.querySelector('#confirm-text').textContent = text;
  dialog.returnValue = 'no';
  dialog.showModal();
}, true);

dialog?.addEventListener('close', () => {
  const { form, submitter } = waiting;
  if (dialog.returnValue === 'yes' && form.isConnected) form.requestSubmit(submitter?.isConnected ? submitter : null);
  waiting = undefined;
});
