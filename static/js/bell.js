// The bell: the server says that there is news, the page fetches its own fragment.
// While the line is down the bell asks every 30 seconds.
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30000;

// An open list stays as it is: a new one under the hand would be in the way.
function ring() {
  if (document.querySelector("[data-bell] details[open]")) return;
  document.body.dispatchEvent(new CustomEvent("bell"));
}

function listen(wait = FIRST_WAIT_MS) {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const line = new WebSocket(`${scheme}://${location.host}/ws/bell/`);
  let next = Math.min(wait * 2, LONGEST_WAIT_MS);
  line.addEventListener("open", () => (next = FIRST_WAIT_MS));
  line.addEventListener("message", (event) => {
    const about = JSON.parse(event.data);
    if (about.desk) document.body.dispatchEvent(new CustomEvent("desk"));
    if (about.changed) ring();
  });
  line.addEventListener("close", () => {
    // Not all pages at the same moment after a restart.
    const pause = next * (0.75 + Math.random() / 2);
    setTimeout(() => {
      if (document.visibilityState === "visible") ring();
      listen(next);
    }, pause);
  });
}

if (document.querySelector("[data-bell][hx-get]")) listen();
