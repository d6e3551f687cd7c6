// Canned replies in the composer: ";" at the start of a word or the button opens the list, the
// chosen text goes to the cursor. Whoever closes the list has lost nothing: what was typed since
// the ";" is put into the text instead.
import { insertAt, placeIn } from "./insert.js";
import { Options } from "./options.js";
import { all, onContent } from "./ready.js";

const dialog = document.getElementById("canned");
const options = dialog && new Options(dialog);
let place = null; // where the text goes
let typed = ""; // ";" when that opened the list

function open(area, by) {
  place = placeIn(area);
  typed = by;
  options.open();
}

function onClick(event) {
  const button = event.target.closest("[data-canned-open]");
  if (button) open(button.form.querySelector("[data-canned]"), "");
}

function onBeforeInput(event) {
  const area = event.target;
  if (event.data !== ";" || event.isComposing || !area.matches?.("[data-canned]")) return;
  if (/\S$/.test(area.value.slice(0, area.selectionStart))) return;
  event.preventDefault();
  open(area, ";");
}

// The answer to a chosen option: its text for the cursor, its warning stays to be read.
function onAnswer(event) {
  const text = event.target.id === "canned-out" && event.target.querySelector("[data-canned-text]");
  if (!text) return;
  typed = "";
  dialog.close();
  insertAt(place, text.textContent);
  text.remove();
}

// The warning goes with the last placeholder.
function onInput(event) {
  if (!event.target.matches?.("[data-canned]") || event.target.value.includes("{{")) return;
  document.getElementById("canned-out").replaceChildren();
}

if (dialog) {
  onContent((root) => {
    for (const button of all(root, "[data-canned-open]")) button.hidden = false;
  });
  document.addEventListener("click", onClick);
  document.addEventListener("beforeinput", onBeforeInput);
  document.addEventListener("htmx:afterSwap", onAnswer);
  document.addEventListener("input", onInput);
  dialog.addEventListener("close", () => {
    if (typed) insertAt(place, typed + options.field.value);
  });
}
