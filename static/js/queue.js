// The queue: selecting rows, the bar of actions, and news announced by a pill, never by rows
// that move under the hand.
import { all, onContent } from "./ready.js";

const PAUSE_MS = 2000;
let lastPicked = null;

const boxes = () => [...document.querySelectorAll("[data-select]")];

function show() {
  const picked = boxes().filter((box) => box.checked);
  for (const box of boxes()) box.closest("tr").classList.toggle("sel", box.checked);
  const bar = document.querySelector("[data-bulk-bar]");
  if (bar) {
    bar.hidden = picked.length === 0;
    bar.querySelector("[data-bulk-count]").textContent = picked.length;
  }
  const head = document.querySelector("[data-select-all]");
  if (head) {
    head.checked = picked.length > 0 && picked.length === boxes().length;
    head.indeterminate = picked.length > 0 && !head.checked;
  }
}

function clear() {
  for (const box of boxes()) box.checked = false;
  show();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-bulk-clear]")) clear();
  const box = event.target.closest("[data-select]");
  if (!box) return;
  // Shift selects everything between.
  if (event.shiftKey && lastPicked?.isConnected) {
    const list = boxes();
    const [from, to] = [list.indexOf(lastPicked), list.indexOf(box)].sort((a, b) => a - b);
    for (const other of list.slice(from, to + 1)) other.checked = box.checked;
  }
  lastPicked = box;
  show();
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-select-all]")) return;
  for (const box of boxes()) box.checked = event.target.checked;
  show();
});

document.addEventListener("keydown", (event) => {
  const isOpen = document.querySelector("details[data-dropdown][open], .modal.show");
  if (event.key === "Escape" && !isOpen && boxes().some((box) => box.checked)) clear();
});

// What a link keeps is what the address shows now, also after the list was filtered in place.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-with-query]");
  if (link) link.search = location.search;
});

onContent((root) => {
  if (all(root, "[data-bulk]").length || root.querySelector?.("[data-bulk]")) show();
});

// News: ask how many, at most every two seconds, and say so; the reader decides when rows change.
const slot = document.querySelector("[data-live]");
let waiting = false;

function ask() {
  if (waiting || document.visibilityState !== "visible") return;
  waiting = true;
  setTimeout(async () => {
    waiting = false;
    const query = new URLSearchParams(location.search);
    query.set("since", slot.dataset.since);
    const answer = await fetch(`${location.pathname}?${query}`);
    if (answer.ok) slot.innerHTML = await answer.text();
    document.body.dispatchEvent(new CustomEvent("queue"));
  }, PAUSE_MS);
}

if (slot) {
  document.body.addEventListener("desk", ask);
  document.addEventListener("visibilitychange", ask);
}
