// Keyboard map of the desk. Single keys rest while somebody types and can be switched off.
const typing = (element) =>
  element.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
const singleKeys = document.body.dataset.singleKeys !== "off";
let goPressedAt = 0;

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
  element?.click();
  return Boolean(element);
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
      return /^[a-z0-9.[\]]$/.test(key) && click(`[data-key="${CSS.escape(key)}"]`);
  }
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.target.form?.requestSubmit();
    return;
  }
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
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
