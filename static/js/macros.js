// Macros on the ticket page: "y" opens the list, choosing one shows what it would do, Enter does it.
// Without scripts the link leads to a page that does the same.
import { Options } from "./options.js";

const dialog = document.getElementById("macros");

if (dialog) {
  const options = new Options(dialog);
  const plan = document.getElementById("macro-plan");
  const choose = () => {
    plan.replaceChildren();
    options.list.hidden = false;
  };

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-macros]") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    choose();
    options.open();
  });
  options.field.addEventListener("input", choose);
  dialog.addEventListener("click", (event) => {
    if (!event.target.closest("[data-macro-back]")) return;
    event.preventDefault();
    choose();
    options.field.focus();
  });
  plan.addEventListener("htmx:afterSwap", () => {
    options.list.hidden = true;
    plan.querySelector("[data-macro-run], [data-macro-back]")?.focus();
  });
}
