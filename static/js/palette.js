// The palette: Ctrl+K anywhere. The focus stays in the field; the arrows move a mark in the list.
const dialog = document.getElementById("palette");
const field = dialog?.querySelector("[role=combobox]");
const list = dialog?.querySelector("[role=listbox]");
const options = () => [...list.querySelectorAll("[role=option]")];
const marked = () => list.querySelector("[aria-selected=true]");

function mark(option) {
  marked()?.setAttribute("aria-selected", "false");
  if (!option) return field.removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = options();
  if (!all.length) return;
  const now = all.indexOf(marked());
  mark(all[(now + step + all.length) % all.length]);
}

function say() {
  const status = dialog.querySelector("[data-palette-status]");
  const count = options().length;
  const { none, one, many } = status.dataset;
  status.textContent = count === 0 ? none : count === 1 ? one : many.replace("N", count);
}

function open() {
  if (document.querySelector(".modal.show")) return;
  field.value = "";
  list.replaceChildren();
  field.form.elements.at.value = location.pathname;
  dialog.showModal(); // it gives the focus back by itself when it closes
  field.focus();
  field.dispatchEvent(new CustomEvent("open"));
}

function press(event) {
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in moves) move(moves[event.key]);
  else if (event.key === "Home" && event.ctrlKey) mark(options()[0]);
  else if (event.key === "End" && event.ctrlKey) mark(options().at(-1));
  else if (event.key === "Enter" && marked() && !event.isComposing) marked().click();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

if (dialog) {
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
  dialog.addEventListener("keydown", press);
  list.addEventListener("htmx:afterSwap", () => {
    mark(options()[0]);
    say();
  });
}
