// Articles in the composer: the button opens the list, the chosen one goes to the cursor as a link
// or whole. What must not reach the customer is asked about inside the dialog.
import { insertAt, placeIn } from "./insert.js";
import { Options } from "./options.js";
import { all, onContent } from "./ready.js";

const dialog = document.getElementById("articles");
const options = dialog && new Options(dialog);
const out = dialog?.querySelector("#article-out");
let place = null; // where the text goes

function onClick(event) {
  const button = event.target.closest("[data-articles-open]");
  if (!button) return;
  const area = button.form.querySelector("[data-canned]");
  place = placeIn(area);
  dialog.querySelector("[name=into]").value = button.form.dataset.draft;
  out.replaceChildren();
  options.open();
}

// The answer to a chosen article: its text, or a question with a button for yes.
function onAnswer(event) {
  if (event.target !== out) return;
  const text = out.querySelector("[data-insert-text]");
  if (!text) {
    out.querySelector("button")?.focus();
    return;
  }
  dialog.close();
  insertAt(place, text.textContent);
  text.remove();
}

if (dialog) {
  onContent((root) => {
    for (const button of all(root, "[data-articles-open]")) button.hidden = false;
  });
  document.addEventListener("click", onClick);
  // After the settling: before it, htmx does not hear a click on the button that comes.
  document.addEventListener("htmx:afterSettle", onAnswer);
  dialog.querySelector("[data-how]").addEventListener("change", () => out.replaceChildren());
  options.field.addEventListener("input", () => out.replaceChildren());
}
