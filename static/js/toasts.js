// Toasts stay 8 seconds, wait while pointed at or focused. Errors never become toasts.
import { all, onContent } from "./ready.js";

const STAY_MS = 8000;

function leaveLater(toast) {
  let timer;
  const wait = () => clearTimeout(timer);
  const start = () => {
    wait();
    timer = setTimeout(() => toast.remove(), STAY_MS);
  };
  toast.addEventListener("pointerenter", wait);
  toast.addEventListener("focusin", wait);
  toast.addEventListener("pointerleave", start);
  toast.addEventListener("focusout", start);
  start();
}

/** Show a sentence to the reader for a while. */
export function toast(text) {
  const note = document.createElement("div");
  note.className = "toastx";
  note.dataset.toast = "";
  const words = document.createElement("span");
  words.className = "grow";
  words.textContent = text;
  note.append(words);
  add(note);
}

function add(note) {
  const place = document.getElementById("toasts");
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = place.dataset.dismissLabel;
  note.append(close);
  close.addEventListener("click", () => note.remove());
  place.append(note);
  leaveLater(note);
}

onContent((root) => {
  // The page's own good news floats, so that nothing below it jumps when it leaves.
  for (const notice of all(root, ".notice[data-toast]")) {
    const home = notice.parentElement;
    notice.className = "toastx";
    notice.removeAttribute("role");
    notice.querySelector("span").classList.add("grow");
    add(notice);
    if (!home.childElementCount) home.remove();
  }
  for (const note of all(root, "#toasts > .toastx:not([data-shown])")) {
    note.dataset.shown = "";
    leaveLater(note);
  }
});

// HX-Trigger: {"toast": "3 tickets assigned"}
document.addEventListener("toast", (event) => toast(event.detail.value ?? event.detail));

document.addEventListener("htmx:sendError", () =>
  toast(document.getElementById("toasts").dataset.offlineLabel),
);
document.addEventListener("htmx:responseError", () =>
  toast(document.getElementById("toasts").dataset.failedLabel),
);
