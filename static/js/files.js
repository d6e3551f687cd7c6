// Drop zone: files can be dropped or pasted into a form; the real file field keeps them.
import { all, onContent } from "./ready.js";

const size = (bytes) =>
  bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`;

function list(zone, input) {
  const place = zone.parentElement.querySelector("[data-drop-list]");
  if (!place) return;
  place.replaceChildren(
    ...[...input.files].map((file) => {
      const chip = document.createElement("span");
      chip.className = "file px-2";
      const name = document.createElement("b");
      name.textContent = file.name;
      const words = document.createElement("span");
      words.append(name, size(file.size));
      const off = document.createElement("button");
      off.type = "button";
      off.className = "btn-close";
      off.ariaLabel = `× ${file.name}`;
      off.addEventListener("click", () => set(input, [...input.files].filter((f) => f !== file)));
      chip.append(words, off);
      return chip;
    }),
  );
}

function add(input, files) {
  set(input, input.multiple ? [...input.files, ...files] : [...files].slice(0, 1));
}

function set(input, files) {
  const kept = new DataTransfer();
  for (const file of files) kept.items.add(file);
  input.files = kept.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

onContent((root) => {
  for (const zone of all(root, "[data-drop]")) {
    const input = zone.querySelector("input[type=file]");
    zone.querySelectorAll("[data-drop-hint]").forEach((hint) => (hint.hidden = false));
    input.addEventListener("change", () => list(zone, input));
    for (const kind of ["dragenter", "dragover"]) {
      zone.addEventListener(kind, (event) => {
        event.preventDefault();
        zone.classList.add("drop--over");
      });
    }
    for (const kind of ["dragleave", "drop"]) {
      zone.addEventListener(kind, () => zone.classList.remove("drop--over"));
    }
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      add(input, event.dataTransfer.files);
    });
    input.form?.addEventListener("paste", (event) => {
      if (event.clipboardData.files.length) add(input, event.clipboardData.files);
    });
  }
});
