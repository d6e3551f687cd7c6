// Push messages on this device: on and off, on the page of one's news.
const box = document.querySelector("[data-push]");

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

function say(name) {
  const shown = name === "failed" ? ["failed", "off"] : [name]; // it may be tried again
  for (const part of box.querySelectorAll("[data-push-say]")) part.hidden = !shown.includes(part.dataset.pushSay);
}

// As people call it: "Firefox on Linux" is enough to know it again.
function deviceName() {
  const agent = navigator.userAgent;
  const found = (names) => names.find(([sign]) => agent.includes(sign))?.[1];
  const browser = found([["Edg/", "Edge"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]]);
  const system = found([["Android", "Android"], ["iPhone", "iPhone"], ["iPad", "iPad"], ["Mac OS", "macOS"], ["Windows", "Windows"], ["Linux", "Linux"]]);
  return [browser ?? "Browser", system].filter(Boolean).join(", ");
}

async function agree() {
  if ((await Notification.requestPermission()) !== "granted") return say("denied");
  const worker = await navigator.serviceWorker.register("/sw.js");
  await navigator.serviceWorker.ready;
  await (await worker.pushManager.getSubscription())?.unsubscribe(); // perhaps for another key
  const made = await worker.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytes(box.dataset.key),
  });
  const { endpoint, keys } = made.toJSON();
  const answer = await fetch(box.dataset.push, {
    method: "POST",
    headers: JSON.parse(document.body.getAttribute("hx-headers")),
    body: new URLSearchParams({ endpoint, ...keys, name: deviceName() }),
  });
  if (answer.ok) return location.reload();
  await made.unsubscribe();
  say("failed");
}

if (box) {
  const canPush = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  say(!canPush ? "cannot" : Notification.permission === "denied" ? "denied" : "off");
  box.querySelector("button[data-push-on]").addEventListener("click", () => agree().catch(() => say("failed")));
}
