// A mail as it was sent: its frame is filled when it is opened and is as high as what is in it.
// Nothing runs inside, so it is measured from here; pictures from elsewhere wait for a press.
const SPARE_PX = 2;
const MOST_PX = 4000; // beyond it the frame scrolls

function fill(details) {
  const frame = details.querySelector("iframe[data-src]");
  if (frame && details.open && !frame.hasAttribute("src")) frame.src = frame.dataset.src;
}

function measure(frame) {
  const page = frame.contentDocument?.documentElement;
  if (!page) return;
  frame.style.height = "0";
  frame.style.height = `${Math.min(page.scrollHeight + SPARE_PX, MOST_PX)}px`;
}

function loaded(frame) {
  const page = frame.contentDocument;
  if (!page || !frame.hasAttribute("src")) return;
  measure(frame);
  for (const picture of page.images) picture.addEventListener("load", () => measure(frame));
  const waiting = Number(page.documentElement.dataset.waiting || 0);
  const bar = frame.closest("[data-mail]").querySelector("[data-mail-pictures]");
  bar.hidden = waiting === 0;
  bar.querySelector("[data-mail-waiting]").textContent = waiting ? `(${waiting})` : "";
}

document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("details[data-mail]")) fill(event.target);
}, true);

document.addEventListener("load", (event) => {
  if (event.target.matches?.("[data-mail] iframe")) loaded(event.target);
}, true);

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-mail-pictures] button");
  if (!button) return;
  const frame = button.closest("[data-mail]").querySelector("iframe");
  frame.src = `${frame.dataset.src}?pictures=1`;
  frame.closest("[data-mail]").querySelector("summary").focus();
});

addEventListener("resize", () => {
  for (const frame of document.querySelectorAll("[data-mail][open] iframe[src]")) measure(frame);
});
