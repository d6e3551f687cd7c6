/** A dialog with a field and a list of options htmx fetches: the focus stays in the field, the
 * arrows move a mark, Enter clicks what is marked. A click beside the dialog closes it. */
export class Options {
  constructor(dialog) {
    this.dialog = dialog;
    this.field = dialog.querySelector("[role=combobox]");
    this.list = dialog.querySelector("[role=listbox]");
    this.status = dialog.querySelector("[data-list-status]");
    // After the settling and not the swap: before it, htmx does not hear a click on an option.
    this.list.addEventListener("htmx:afterSettle", (event) => {
      this.mark(this.all()[0]);
      this.say();
      // The answer to what stood there before: Enter waits for the next one.
      const asked = event.detail.requestConfig?.parameters[this.field.name];
      if (asked !== undefined && asked !== this.field.value) return;
      this.isComing = false;
      if (this.enters) this.marked()?.click();
      this.enters = false;
    });
    // An answer to what was typed is on its way: Enter means its first option, not an older one.
    this.field.addEventListener("input", () => {
      this.isComing = true;
      this.enters = false;
    });
    for (const failed of ["htmx:responseError", "htmx:sendError"]) {
      this.field.addEventListener(failed, () => {
        this.isComing = this.enters = false;
      });
    }
    this.field.addEventListener("keydown", (event) => this.press(event));
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
    });
  }

  open() {
    this.field.value = "";
    this.list.replaceChildren();
    this.dialog.showModal(); // it gives the focus back by itself when it closes
    this.field.focus();
    this.field.dispatchEvent(new CustomEvent("open"));
  }

  all() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  marked() {
    return this.list.querySelector("[aria-selected=true]");
  }

  mark(option) {
    this.marked()?.setAttribute("aria-selected", "false");
    if (!option) return this.field.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    this.field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  move(step) {
    const all = this.all();
    if (!all.length) return;
    const now = all.indexOf(this.marked());
    this.mark(all[(now + step + all.length) % all.length]);
  }

  say() {
    const count = this.all().length;
    const { none, one, many } = this.status.dataset;
    this.status.textContent = count === 0 ? none : count === 1 ? one : many.replace("N", count);
  }

  press(event) {
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) this.move(moves[event.key]);
    else if (event.key === "Home" && event.ctrlKey) this.mark(this.all()[0]);
    else if (event.key === "End" && event.ctrlKey) this.mark(this.all().at(-1));
    else if (event.key === "Enter" && this.isComing && !event.isComposing) this.enters = true;
    else if (event.key === "Enter" && this.marked() && !event.isComposing) this.marked().click();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
