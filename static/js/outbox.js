// Replies on their way out: count the seconds down, then look whether they went.
import { all, onContent } from "./ready.js";

const LOOK_AGAIN_MS = 2000;
const LOOKS = 30;

function count(item) {
  const until = performance.now() + Number(item.dataset.left) * 1000;
  const shown = item.querySelector("[data-countdown]");
  const template = shown?.textContent;
  const tick = () => {
    if (!item.isConnected) return;
    const left = Math.max(0, Math.ceil((until - performance.now()) / 1000));
    if (shown) shown.textContent = left ? template.replace(/\d+/, left) : "";
    if (left) setTimeout(tick, 500);
    else setTimeout(() => look(item, LOOKS), LOOK_AGAIN_MS / 2);
  };
  tick();
  // The way back is seen without looking for it.
  if (item.querySelector("[data-undo]")) item.scrollIntoView({ block: "nearest" });
}

// What is seen may still be typed into: only the conversation is fetched anew.
async function look(item, times) {
  if (!item.isConnected || !times) return;
  const answer = await fetch(location.href).catch(() => null);
  if (answer?.ok && !answer.redirected) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const same = page.querySelector(`[data-sending="${item.dataset.sending}"][data-left]`);
    if (!same) return refresh(page);
  }
  setTimeout(() => look(item, times - 1), LOOK_AGAIN_MS);
  return null;
}

function refresh(page) {
  for (const place of [".convo-in", ".thead"]) {
    const fresh = page.querySelector(place);
    if (!fresh || !document.querySelector(place)) continue;
    document.querySelector(place).replaceWith(fresh);
    fresh.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
  }
}

onContent((root) => {
  // A day and more is no countdown.
  for (const item of all(root, "[data-left]")) if (Number(item.dataset.left) < 86400) count(item);
});
