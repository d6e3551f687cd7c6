// The palette: Ctrl+K anywhere.
import { Options } from "./options.js";

const dialog = document.getElementById("palette");

if (dialog) {
  const options = new Options(dialog);
  const open = () => {
    if (document.querySelector(".modal.show, dialog[open]")) return;
    options.field.form.elements.at.value = location.pathname;
    options.open();
  };
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (dialog.open) dialog.close();
      else open();
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette]")) open();
  });
}
