// The bell: the server says that there is news, the page fetches its own fragment.
// While the line is down the bell asks every 30 seconds.
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30000;

// What a page says while the line is down is lost: it says it again when the line is back.
export const line = {
  socket: null,
  say(words) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(words));
  },
};

const tell = (name) => document.body.dispatchEvent(new CustomEvent(name));

// An open list stays as it is: a new one under the hand would be in the way.
function ring() {
  if (document.querySelector("[data-bell] details[open]")) return;
  tell("bell");
}

function listen(wait = FIRST_WAIT_MS) {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${location.host}/ws/bell/`);
  line.socket = socket;
  let next = Math.min(wait * 2, LONGEST_WAIT_MS);
  socket.addEventListener("open", () => {
    next = FIRST_WAIT_MS;
    tell("line-open");
  });
  socket.addEventListener("message", (event) => {
    const about = JSON.parse(event.data);
    if (about.desk) tell("desk");
    if (about.people) tell("people");
    if (about.news) tell("news");
    if (about.changed) ring();
  });
  socket.addEventListener("close", () => {
    // Not all pages at the same moment after a restart.
    const pause = next * (0.75 + Math.random() / 2);
    setTimeout(() => {
      if (document.visibilityState === "visible") ring();
      listen(next);
    }, pause);
  });
}

if (document.querySelector("[data-bell][hx-get]")) listen();
