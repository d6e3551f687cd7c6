// Light, dark or as the device: kept in this browser and, when there is a page for it, on the account.
import { all, onContent } from "./ready.js";

function mark(group) {
  const choice = document.documentElement.dataset.themeChoice;
  for (const button of group.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.value === choice));
  }
}

onContent((root) => {
  for (const group of all(root, "[data-theme-switch]")) {
    group.hidden = false;
    mark(group);
    group.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      localStorage.setItem("theme", button.value);
      document.dispatchEvent(new Event("themechange"));
      all(document, "[data-theme-switch]").forEach(mark);
      if (group.dataset.url) {
        const { "X-CSRFToken": token } = JSON.parse(document.body.getAttribute("hx-headers"));
        fetch(group.dataset.url, {
          method: "POST",
          headers: { "X-CSRFToken": token },
          body: new URLSearchParams({ theme: button.value }),
        });
      }
    });
  }
});
