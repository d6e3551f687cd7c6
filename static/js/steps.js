// Minutes in steps: <button type="button" data-step="-5" data-for="id_minutes"> beside the field.
import { all, onContent } from "./ready.js";

onContent((root) => {
  for (const button of all(root, "[data-step]")) {
    const field = document.getElementById(button.dataset.for);
    if (!field) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      const step = Number(button.dataset.step);
      const size = Math.abs(step);
      const now = Number(field.value) || 0;
      // From 38 up is 40, down is 35: a step leads to the next multiple.
      const next = step > 0 ? Math.floor(now / size) * size + size : Math.ceil(now / size) * size - size;
      field.value = Math.min(Number(field.max) || next, Math.max(Number(field.min) || 0, next));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
});
