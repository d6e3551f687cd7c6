/** A field with a list of options below it: the focus stays in the field, the arrows move a mark. */
export class Options {
  constructor(field, list, status) {
    Object.assign(this, { field, list, status });
    list.addEventListener("htmx:afterSwap", () => {
      this.mark(this.all()[0]);
      this.say();
    });
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
    else if (event.key === "Enter" && this.marked() && !event.isComposing) this.marked().click();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
