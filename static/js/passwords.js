// The eye beside a password: shows what is typed, hides it again when the form is sent.
import { all, onContent } from "./ready.js";

onContent((root) => {
  for (const eye of all(root, "[data-show-password]")) {
    const field = document.getElementById(eye.dataset.showPassword);
    if (!field) continue;
    eye.hidden = false;
    const show = (visible) => {
      field.type = visible ? "text" : "password";
      eye.setAttribute("aria-pressed", String(visible));
    };
    eye.addEventListener("click", () => show(field.type === "password"));
    // Browsers offer to remember text fields: never send a password as one.
    field.form?.addEventListener("submit", () => show(false));
  }
});
