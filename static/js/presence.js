// Who is here: an open ticket page says every ten seconds that somebody looks or writes, and asks
// for its own fragments when the line says that people or the ticket changed.
import { line } from "./bell.js";

const BEAT_MS = 10000;
const WRITING_MS = 20000; // without a key for so long nobody is writing
const page = document.querySelector("[data-ticket]");
let typedAt = 0;
let said = null;

const isWriting = () => Date.now() - typedAt < WRITING_MS;

function beat() {
  if (document.visibilityState !== "visible") return;
  said = isWriting();
  line.say({ ticket: Number(page.dataset.ticket), writing: said });
}

if (page) {
  setInterval(beat, BEAT_MS);
  document.addEventListener("visibilitychange", beat);
  document.body.addEventListener("line-open", beat);
  document.addEventListener("input", (event) => {
    if (!event.target.matches(".comp-text")) return;
    typedAt = event.target.value ? Date.now() : 0;
    if (isWriting() !== said) beat();
  });
}

// "Show" brings what is new and leaves the composer alone; what is shown counts as read.
document.addEventListener("htmx:afterSettle", (event) => {
  if (!event.detail.requestConfig?.elt?.matches?.("[data-show-news]")) return;
  const shown = document.querySelector(".convo-in");
  for (const field of document.querySelectorAll("#reply-form [name=seen]")) field.value = shown.dataset.newest;
  const last = [...shown.querySelectorAll(".msg, .sysl")].at(-1);
  if (last) {
    last.tabIndex = -1;
    last.focus();
  }
  document.body.dispatchEvent(new CustomEvent("shown-news"));
});
