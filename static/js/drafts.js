// Drafts: saved every ten seconds while somebody types and when they leave the field; and the
// composer's forms are sent from here, so that a sign-out or a lost line never costs a word.
// sessionStorage holds what the server has not confirmed; it ends with the tab.
import { all, onContent } from "./ready.js";

const EVERY_MS = 10000;
const KEEPALIVE_BYTES = 60000; // browsers refuse more from a page that is going away

const words = () => document.querySelector("[data-composer-words]").dataset;

class Draft {
  constructor(form) {
    this.form = form;
    this.text = form.elements.body;
    this.state = form.querySelector("[data-draft-state]");
    this.key = form.dataset.draftKey;
    this.version = form.dataset.version;
    this.saved = this.text.value;
    this.timer = null;
    this.running = null;
    this.restore();
    this.text.addEventListener("input", () => this.typed());
    form.elements.copies?.addEventListener("input", () => this.typed());
    this.text.addEventListener("blur", () => this.save());
    form.addEventListener("submit", (event) => this.send(event));
  }

  restore() {
    const kept = JSON.parse(sessionStorage.getItem(this.key) || "null");
    if (!kept) return;
    if (!kept.body || kept.body === this.text.value || kept.at < Number(this.form.dataset.saved) * 1000) {
      sessionStorage.removeItem(this.key);
      return;
    }
    this.text.value = kept.body;
    this.say(words().restored);
    this.save();
  }

  typed() {
    sessionStorage.setItem(this.key, JSON.stringify({ body: this.text.value, at: Date.now() }));
    this.timer ??= setTimeout(() => this.save(), EVERY_MS);
  }

  say(text, ...buttons) {
    this.state.replaceChildren(text, ...buttons);
  }

  data() {
    const data = new FormData();
    const fields = this.form.elements;
    data.set("csrfmiddlewaretoken", fields.csrfmiddlewaretoken.value);
    data.set("kind", this.form.dataset.draft);
    data.set("version", this.version);
    data.set("body", this.text.value);
    for (const name of ["copies", "set_status", "seen"]) {
      const field = fields[name];
      if (field) data.set(name, field instanceof RadioNodeList ? field[0].value : field.value);
    }
    return data;
  }

  async save() {
    clearTimeout(this.timer);
    this.timer = null;
    if (this.running) return this.running;
    if (this.form.dataset.busy || this.text.value === this.saved) return null;
    this.running = this.put(this.text.value);
    await this.running;
    this.running = null;
    return null;
  }

  async put(body) {
    let answer;
    try {
      answer = await fetch(this.form.dataset.draftUrl, {
        method: "POST",
        body: this.data(),
        redirect: "manual", // to the sign-in page: that is no answer
        keepalive: body.length < KEEPALIVE_BYTES / 4,
      });
    } catch {
      this.say(words().offline);
      this.timer ??= setTimeout(() => this.save(), EVERY_MS);
      return;
    }
    if (answer.type === "opaqueredirect") return this.signedOut();
    if (!answer.headers.get("Content-Type")?.includes("json")) return this.say(words().refused);
    const found = await answer.json();
    if (answer.status === 409) return this.elsewhere(found);
    this.say(found.words);
    if (!answer.ok) return;
    this.version = found.version;
    this.saved = body;
    if (this.text.value === body) sessionStorage.removeItem(this.key);
    else this.typed();
  }

  // Another tab saved something else: both texts are still there, the person chooses.
  elsewhere(found) {
    const mine = this.button(words().mine, () => {
      this.version = found.version;
      this.save();
    });
    const theirs = this.button(words().theirs, () => {
      this.text.value = this.saved = found.theirs;
      this.version = found.version;
      sessionStorage.removeItem(this.key);
      this.say("");
    });
    this.say(`${found.words} `, mine, " ", theirs);
  }

  button(text, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = text;
    button.addEventListener("click", act);
    return button;
  }

  signedOut() {
    const link = document.createElement("a");
    link.href = words().signInUrl;
    link.textContent = words().signIn;
    this.say(`${words().signedOut} `, link);
  }

  async send(event) {
    event.preventDefault();
    if (this.form.dataset.busy) return;
    clearTimeout(this.timer);
    this.timer = null;
    this.typed();
    const data = new FormData(this.form, event.submitter);
    this.form.dataset.busy = "1";
    this.say(document.querySelector(".composer").dataset.busyLabel);
    await this.running; // a save that comes after the sending would bring the draft back
    try {
      await this.sent(await fetch(this.form.action, { method: "POST", body: data }));
    } catch {
      this.say(words().unsent);
    } finally {
      // Sent: until the new page is there, nothing may save these words as a draft again.
      if (this.form.dataset.busy !== "done") delete this.form.dataset.busy;
    }
  }

  async sent(answer) {
    if (answer.ok && answer.redirected) {
      const place = new URL(answer.url);
      if (!place.pathname.startsWith("/tickets/")) return this.signedOut();
      clearTimeout(this.timer);
      sessionStorage.removeItem(this.key);
      this.form.dataset.busy = "done";
      if (place.pathname + place.search === location.pathname + location.search) location.reload();
      else location.assign(place);
      return null;
    }
    if (answer.status !== 422 && answer.status !== 409) return this.say(words().refused);
    clearTimeout(this.timer);
    // A held reply stands in the server's draft by now, its files too.
    if (answer.status === 409) sessionStorage.removeItem(this.key);
    return this.show(await answer.text(), answer.status === 422);
  }

  // The answer is the whole page: what differs is the conversation and the composer.
  show(html, keepFiles) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const files = this.form.elements.files.files;
    const kind = this.form.dataset.draft;
    for (const place of [".convo", ".composer"]) {
      const fresh = page.querySelector(place);
      if (!fresh) return location.reload(); // nothing may be written here any more
      document.querySelector(place).replaceWith(fresh);
      if (place === ".composer" && keepFiles) {
        fresh.querySelector(`[data-draft=${kind}]`).elements.files.files = files;
      }
      fresh.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
    }
    return null;
  }
}

onContent((root) => {
  for (const form of all(root, "form[data-draft]")) new Draft(form);
});
