// The composer: tabs that cannot be mistaken, the words of the send button, the stale notice.
// Drafts and sending are in drafts.js, the countdown of what is on its way in outbox.js.
// Without scripts both forms stand open and work as plain forms.
import "./drafts.js";
import "./outbox.js";
import { all, onContent } from "./ready.js";

function tabs(box) {
  const list = box.querySelector("[data-composer-tabs]");
  const buttons = [...list.querySelectorAll("[role=tab]")];
  const show = (tab, focus) => {
    for (const other of buttons) {
      const chosen = other === tab;
      other.setAttribute("aria-selected", String(chosen));
      other.tabIndex = chosen ? 0 : -1;
      document.getElementById(other.getAttribute("aria-controls")).hidden = !chosen;
    }
    box.classList.toggle("comp-box--note", tab.classList.contains("is-note"));
    if (focus) document.getElementById(tab.getAttribute("aria-controls")).querySelector("textarea").focus();
  };
  for (const tab of buttons) {
    tab.addEventListener("click", () => show(tab, true));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = buttons[(buttons.indexOf(tab) + step + buttons.length) % buttons.length];
      show(next, false);
      next.focus();
    });
  }
  list.hidden = false;
  box.classList.add("comp-box");
  // A key of the queue asked for it (keys.js), once.
  const wish = JSON.parse(sessionStorage.getItem("write") || "{}");
  sessionStorage.removeItem("write");
  const asked = wish.at === location.pathname && buttons.find((tab) => tab.id === wish.tab);
  const first = asked || buttons.find((tab) => tab.id === `tab-${box.dataset.start}`) || buttons[0];
  if (first) show(first, Boolean(asked));
}

// A time turns "Send reply" into "Send later", so that nobody is surprised.
function later(field) {
  const button = field.form.querySelector("[data-send]");
  const words = button.querySelector("[data-send-words]");
  const usual = words.textContent;
  const name = () => (words.textContent = field.value ? button.dataset.laterLabel : usual);
  field.addEventListener("input", name);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  name();
}

onContent((root) => {
  all(root, "[data-composer]").forEach(tabs);
  all(root, "[data-send-at]").forEach(later);
  for (const notice of all(root, "[data-stale]")) {
    notice.focus();
    notice.querySelector("[data-stale-edit]").addEventListener("click", () => {
      notice.remove();
      document.querySelector("#compose-reply textarea").focus();
    });
  }
});
