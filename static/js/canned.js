// Canned replies in the composer: ";" at the start of a word or the button opens the list, the
// chosen text goes to the cursor. Whoever closes the list has lost nothing: what was typed since
// the ";" is put into the text instead.
import { Options } from "./options.js";

const dialog = document.getElementById("canned");

function insert({ area, start, end }, text) {
  area.focus();
  area.setSelectionRange(start, end); // a dialog in between loses it
  // The only way that "undo" takes it back; it also tells others that the text changed.
  if (document.execCommand("insertText", false, text)) return;
  area.setRangeText(text, start, end, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

if (dialog) {
  const field = dialog.querySelector("[role=combobox]");
  const list = dialog.querySelector("[role=listbox]");
  const out = document.getElementById("canned-out");
  const options = new Options(field, list, dialog.querySelector("[data-list-status]"));
  let place = null; // where the text goes
  let typed = ""; // ";" when that opened the list

  const open = (area, by) => {
    place = { area, start: area.selectionStart, end: area.selectionEnd };
    typed = by;
    field.value = "";
    list.replaceChildren();
    dialog.showModal();
    field.focus();
    field.dispatchEvent(new CustomEvent("open"));
  };

  for (const button of document.querySelectorAll("[data-canned-open]")) {
    button.hidden = false;
    button.addEventListener("click", () => open(button.form.querySelector("[data-canned]"), ""));
  }

  document.addEventListener("beforeinput", (event) => {
    const into = event.target;
    if (event.data !== ";" || event.isComposing || !into.matches?.("[data-canned]")) return;
    if (/\S$/.test(into.value.slice(0, into.selectionStart))) return;
    event.preventDefault();
    open(into, ";");
  });

  dialog.addEventListener("keydown", (event) => options.press(event));
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
  });
  dialog.addEventListener("close", () => {
    if (typed) insert(place, typed + field.value);
  });

  out.addEventListener("htmx:afterSwap", () => {
    const text = out.querySelector("[data-canned-text]");
    if (!text) return;
    typed = "";
    dialog.close();
    insert(place, text.textContent);
    text.remove();
  });

  // The warning goes with the last placeholder.
  document.addEventListener("input", (event) => {
    if (event.target.matches?.("[data-canned]") && !event.target.value.includes("{{")) {
      out.replaceChildren();
    }
  });
}
