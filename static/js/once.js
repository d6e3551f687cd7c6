// A form that changes something is sent once, however often the button is pressed.
const AGAIN_AFTER_MS = 10000;
const sent = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  // The answer may be a file, or never come: then the form must work again.
  setTimeout(() => sent.delete(form), AGAIN_AFTER_MS);
});

// Back to a page kept in memory: its forms are fresh.
addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form").forEach((form) => sent.delete(form));
});
