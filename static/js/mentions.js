// @ in a note suggests colleagues who may see the ticket. The text itself says who is meant, so
// without scripts a name written in full does the same.
import { all, onContent } from "./ready.js";

const TYPED = /(?:^|[^\w@.])@([^\n@]{0,40})$/;

class Mentions {
  constructor(field) {
    this.field = field;
    this.list = document.getElementById(field.getAttribute("aria-controls"));
    this.asked = 0;
    field.addEventListener("input", () => this.look());
    field.addEventListener("keydown", (event) => this.press(event));
    field.addEventListener("blur", () => this.close());
    // Before the field loses the focus, which would close the list.
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const line = event.target.closest("[data-mention]");
      if (line) this.take(line);
    });
  }

  typed() {
    return this.field.value.slice(0, this.field.selectionStart).match(TYPED)?.[1];
  }

  async look() {
    const words = this.typed();
    const asked = ++this.asked;
    if (words === undefined) return this.close();
    const answer = await fetch(`${this.field.dataset.mentions}?${new URLSearchParams({ q: words })}`);
    // Signed out, or something newer was typed: the note goes on without suggestions.
    if (asked !== this.asked || !answer.ok || answer.redirected) return this.close();
    this.list.innerHTML = await answer.text();
    this.list.hidden = !this.list.children.length;
    return this.choose(0);
  }

  choose(step) {
    const lines = [...this.list.children];
    const now = lines.findIndex((line) => line.getAttribute("aria-selected") === "true");
    const next = lines[(Math.max(0, now) + step + lines.length) % lines.length];
    for (const line of lines) line.setAttribute("aria-selected", String(line === next));
    if (next) this.field.setAttribute("aria-activedescendant", next.id);
    else this.field.removeAttribute("aria-activedescendant");
    next?.scrollIntoView({ block: "nearest" });
  }

  press(event) {
    if (this.list.hidden || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.choose(step);
    else if (event.key === "Enter" || event.key === "Tab") this.take(this.list.querySelector("[aria-selected=true]"));
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  take(line) {
    const end = this.field.selectionStart;
    const start = end - this.typed().length;
    this.field.setRangeText(`${line.dataset.mention} `, start, end, "end");
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.close();
  }

  close() {
    this.asked += 1;
    this.list.hidden = true;
    this.field.removeAttribute("aria-activedescendant");
  }
}

onContent((root) => {
  for (const field of all(root, "[data-mentions]")) new Mentions(field);
});
