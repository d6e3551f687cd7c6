// The bell: the server says that there is news, the page fetches its own fragment.
// While the line is down it is tried again, at last every 30 seconds. When it is back the page says
// which news it has last, and hears at once if there is any after it.
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

// An open list stays as it is: a new one under the hand would be in the way. It comes afterwards.
let isOwed = false;

function ring() {
  isOwed = Boolean(document.querySelector("[data-bell] details[open]"));
  if (!isOwed) tell("bell");
}

document.addEventListener("toggle", () => isOwed && ring(), true);

// What came while nobody listened. The list may be there twice, for two widths.
function catchUp() {
  const lists = [...document.querySelectorAll("[data-bell] [data-last]")];
  if (lists.length) line.say({ last: Math.min(...lists.map((list) => Number(list.dataset.last))) });
}

function listen(wait = FIRST_WAIT_MS, isAgain = false) {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${location.host}/ws/bell/`);
  line.socket = socket;
  let next = Math.min(wait * 2, LONGEST_WAIT_MS);
  socket.addEventListener("open", () => {
    next = FIRST_WAIT_MS;
    tell("line-open");
    catchUp();
    if (isAgain) ["desk", "people", "news"].forEach(tell);
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
    setTimeout(() => listen(next, true), pause);
  });
}

if (document.querySelector("[data-bell][hx-get]")) listen();
