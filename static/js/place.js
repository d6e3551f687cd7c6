// The place in the queue: the ticket page leads back to the same list and row, and to the tickets
// before and after. It is kept for this tab only; a page that was opened by itself has none.
import { onContent } from "./ready.js";

const KEY = "queue-place";
const read = () => JSON.parse(sessionStorage.getItem(KEY) || "null");
const write = (place) => sessionStorage.setItem(KEY, JSON.stringify(place));
const here = () => location.pathname + location.search;
const rowOf = (id) => document.querySelector(`.dt--queue [data-rows] a[href="/tickets/${id}/"]`);
const listed = () =>
  [...document.querySelectorAll(".dt--queue [data-rows] .w-sub a")].map(
    (link) => link.getAttribute("href").match(/^\/tickets\/(\d+)\/$/)?.[1],
  );

// Remembers the list as it stands; `at` is the ticket somebody opened from it.
function remember(at) {
  const ids = listed().filter(Boolean);
  if (ids.length) write({ url: here(), ids, at });
}

function comeBack() {
  const place = read();
  if (!place?.at || place.url !== here()) return;
  const link = rowOf(place.at);
  write({ ...place, at: null });
  if (!link) return;
  link.closest("tr").classList.add("cur");
  link.focus();
}

function leadBack(back) {
  const place = read();
  if (!place?.url.startsWith("/tickets/")) return;
  const id = back.dataset.place;
  const now = place.ids.indexOf(id);
  back.href = place.url;
  if (now < 0) return;
  write({ ...place, at: id });
  for (const link of document.querySelectorAll("[data-walk]")) {
    const other = place.ids[now + Number(link.dataset.walk)];
    if (other) link.href = `/tickets/${other}/`;
    // A link without an address is no link, and no key clicks what cannot be seen.
    link.classList.toggle("invisible", !other);
    link.closest("[data-walks]").hidden = false;
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".dt--queue [data-rows] .w-sub a");
  if (link) remember(link.getAttribute("href").match(/\d+/)?.[0]);
});

onContent((root) => {
  if (root.querySelector?.(".dt--queue")) comeBack();
});
const back = document.querySelector("[data-place]");
if (back) leadBack(back);
