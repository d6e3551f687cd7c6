// Filter bar: chips say what is chosen, the form sends itself, the address stays clean.
import { all, onContent } from "./ready.js";

function describe(chip) {
  const words = [...chip.querySelectorAll("input:checked")]
    .map((input) => input.closest("label")?.textContent.trim())
    .filter(Boolean);
  for (const field of chip.querySelectorAll("select, input:not([type=checkbox], [type=radio])")) {
    if (!field.value) continue;
    words.push(field.selectedOptions ? field.selectedOptions[0].textContent.trim() : field.value);
  }
  const shown = words.slice(0, 2).join(", ") + (words.length > 2 ? ` +${words.length - 2}` : "");
  chip.querySelector("[data-chip-value]").textContent = shown;
  chip.querySelector("summary").classList.toggle("on", words.length > 0);
}

onContent((root) => {
  for (const form of all(root, "form[data-filters]")) {
    // Without scripts the buttons apply the filter; with them the page follows each change.
    for (const button of form.querySelectorAll("[data-apply]")) button.hidden = true;
    form.addEventListener("change", (event) => {
      const chip = event.target.closest("[data-chip]");
      if (chip) describe(chip);
      for (const clear of form.querySelectorAll("[data-clear]")) clear.hidden = false;
    });
    // Empty fields do not belong in an address that people keep and send.
    form.addEventListener("formdata", (event) => {
      for (const [name, value] of [...event.formData.entries()]) {
        if (value === "") event.formData.delete(name);
      }
    });
  }
  for (const field of all(root, "[data-autosubmit]")) {
    field.addEventListener("change", () => field.form.requestSubmit());
  }
});

// Narrow a long list of choices by typing.
document.addEventListener("input", (event) => {
  const box = event.target.closest("[data-narrow]");
  if (!box) return;
  const words = box.value.trim().toLowerCase();
  for (const label of box.parentElement.querySelectorAll("label, [data-narrowed]")) {
    label.hidden = words !== "" && !label.textContent.toLowerCase().includes(words);
  }
});
