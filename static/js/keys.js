// Keyboard map of the desk. Single keys rest while somebody types and can be switched off.
const typing = (element) =>
  element.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
const singleKeys = document.body.dataset.singleKeys !== "off";
let goPressedAt = 0;

const isSlash = (key) => key === "/" || key === "Slash";

const rows = () => [...document.querySelectorAll("[data-rows] > tr, [data-rows] > [data-row]")];

function move(step) {
  const list = rows();
  if (!list.length) return;
  const now = list.findIndex((row) => row.classList.contains("cur"));
  const next = list[Math.min(list.length - 1, Math.max(0, now + step))];
  list[now]?.classList.remove("cur");
  next.classList.add("cur");
  next.querySelector("a")?.focus();
}

// The first one that can be seen: a bar that waits for a selection does not take keys.
function click(selector) {
  const element = [...document.querySelectorAll(selector)].find((e) => e.checkVisibility());
  if (!element) return false;
  // A field is where somebody goes on by keyboard; a menu opens at its first line.
  if (element.matches("input, select, textarea")) element.focus();
  else element.click();
  const menu = element.matches("summary") && element.parentElement.open && element.nextElementSibling;
  if (menu) menu.querySelector("input:not([type=hidden]), select, textarea, button, a")?.focus();
  return true;
}

// From the queue straight into the words: the ticket's page opens its composer (composer.js).
function write(key, current) {
  const link = current?.querySelector(".w-sub a");
  const tab = { r: "tab-reply", n: "tab-note" }[key];
  if (!link || !tab) return false;
  sessionStorage.setItem("write", JSON.stringify({ at: link.pathname, tab }));
  link.click();
  return true;
}

// In the queue a change is for the row under the keyboard while no other is selected.
function clickFor(key, current) {
  const box = current?.querySelector("[data-select]");
  if (box && "aspmty".includes(key) && !document.querySelector("[data-select]:checked")) box.click();
  return click(`[data-key="${CSS.escape(key)}"]`) || write(key, current);
}

function press(key) {
  const current = document.querySelector("[data-rows] > .cur");
  switch (key) {
    case "/": {
      const field = document.querySelector("[data-key-search]");
      field?.focus();
      field?.select();
      return Boolean(field);
    }
    case "?": {
      const help = document.getElementById("shortcuts");
      if (help) window.tabler.Modal.getOrCreateInstance(help).toggle();
      return Boolean(help);
    }
    case "c":
      return click("[data-key='c']");
    case "j":
      return move(1);
    case "k":
      return move(-1);
    case "o":
      return current?.querySelector("a")?.click();
    case "x":
      return current?.querySelector("input[type=checkbox]")?.click();
    default:
      // Any control may claim a letter of its own: data-key="r".
      return /^[a-z0-9.[\]]$/.test(key) && clickFor(key, current);
  }
}

// Up and down walk through an open menu.
function walkMenu(event) {
  const menu = event.target.closest("details[data-dropdown][open]");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!menu || !step || event.target.matches("select, textarea, [type=datetime-local]")) return false;
  const lines = [...menu.querySelectorAll("input, button, a")].filter((e) => e.checkVisibility());
  const now = lines.indexOf(document.activeElement);
  lines[Math.min(lines.length - 1, Math.max(0, now + step))]?.focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.target.form?.requestSubmit();
    return;
  }
  if (walkMenu(event)) {
    event.preventDefault();
    return;
  }
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  // The list of keys is always there: on some keyboards "/" is Shift+7, so the place counts as well.
  if ((event.ctrlKey || event.metaKey) && !event.altKey && [event.key, event.code].some(isSlash)) {
    if (press("?")) event.preventDefault();
    return;
  }
  if (!singleKeys || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector(".modal.show") && event.key !== "?") return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (Date.now() - goPressedAt < 1500) {
    goPressedAt = 0;
    if (click(`[data-go="${CSS.escape(key)}"]`)) event.preventDefault();
    return;
  }
  if (key === "g") {
    goPressedAt = Date.now();
    return;
  }
  if (press(key) !== false) event.preventDefault();
});
