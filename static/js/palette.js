// The palette: Ctrl+K anywhere.
import { Options } from "./options.js";

const dialog = document.getElementById("palette");

if (dialog) {
  const field = dialog.querySelector("[role=combobox]");
  const list = dialog.querySelector("[role=listbox]");
  const options = new Options(field, list, dialog.querySelector("[data-palette-status]"));
  const open = () => {
    if (document.querySelector(".modal.show")) return;
    field.value = "";
    list.replaceChildren();
    field.form.elements.at.value = location.pathname;
    dialog.showModal(); // it gives the focus back by itself when it closes
    field.focus();
    field.dispatchEvent(new CustomEvent("open"));
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
    if (event.target === dialog || event.target.closest("[data-palette-close]")) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => options.press(event));
}
