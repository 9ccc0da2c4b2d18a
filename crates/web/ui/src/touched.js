// The form controls the reader has changed since the page came.
const touched = new WeakSet();
for (const type of ['input', 'change']) document.addEventListener(type, event => touched.add(event.target), true);
export const isTouched = element => touched.has(element);
