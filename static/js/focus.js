// After an error the summary is read out; after a swap that removed the focus, the region's heading.
import { all, onContent } from "./ready.js";

onContent((root) => all(root, "[data-focus]")[0]?.focus());

// A link to a group of choices leads to its first choice.
document.addEventListener("click", (event) => {
  const link = event.target.closest("#form-errors a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  (field.matches("input, select, textarea, button") ? field : field.querySelector("input"))?.focus();
});

// Only when something had the focus before: a part that loads by itself must not take it.
let hadFocus = false;
document.addEventListener("htmx:beforeSwap", () => {
  hadFocus = document.activeElement !== document.body;
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (!hadFocus || document.activeElement !== document.body) return;
  const heading = event.target.querySelector?.("h1, h2, [data-region-heading]");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
});
