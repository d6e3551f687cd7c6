// The composer's tabs, and the names of chosen files. Without scripts all forms stand open.
for (const box of document.querySelectorAll("[data-composer]")) {
  const list = box.querySelector("[data-composer-tabs]");
  const tabs = [...list.querySelectorAll("[role=tab]")];
  const show = (tab, focus) => {
    for (const other of tabs) {
      const chosen = other === tab;
      other.setAttribute("aria-selected", String(chosen));
      other.tabIndex = chosen ? 0 : -1;
      document.getElementById(other.getAttribute("aria-controls")).hidden = !chosen;
    }
    if (focus) document.getElementById(tab.getAttribute("aria-controls")).querySelector("textarea").focus();
  };
  for (const tab of tabs) {
    tab.addEventListener("click", () => show(tab, true));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
      show(next, false);
      next.focus();
    });
  }
  list.hidden = false;
  const first = tabs.find((tab) => tab.id === `tab-${box.dataset.start}`) || tabs[0];
  if (first) show(first, false);
}

for (const input of document.querySelectorAll("[data-file-names]")) {
  input.addEventListener("change", () => {
    const names = [...input.files].map((file) => file.name).join(", ");
    document.querySelector(input.dataset.fileNames).textContent = names;
  });
}
