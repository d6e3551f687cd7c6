// A form or button with data-confirm="question" asks once before it is sent, in our own dialog.
const dialog = document.getElementById("confirm");

function ask(question, action, then) {
  dialog.querySelector("[data-question]").textContent = question;
  const yes = dialog.querySelector("[data-yes]");
  yes.textContent = action;
  const modal = window.tabler.Modal.getOrCreateInstance(dialog);
  const go = () => {
    modal.hide();
    then();
  };
  yes.addEventListener("click", go, { once: true });
  dialog.addEventListener("hidden.bs.modal", () => yes.removeEventListener("click", go), {
    once: true,
  });
  modal.show();
}

document.addEventListener(
  "submit",
  (event) => {
    const by = event.submitter;
    const source = by?.dataset.confirm ? by : event.target;
    if (!dialog || !source.dataset?.confirm || event.target.dataset.confirmed) return;
    event.preventDefault();
    event.stopPropagation();
    ask(source.dataset.confirm, by?.textContent.trim() ?? "", () => {
      event.target.dataset.confirmed = "yes";
      event.target.requestSubmit(by);
      delete event.target.dataset.confirmed;
    });
  },
  true,
);

// hx-confirm uses the same dialog.
document.addEventListener("htmx:confirm", (event) => {
  if (!dialog || !event.detail.question) return;
  event.preventDefault();
  ask(event.detail.question, event.detail.elt.textContent.trim(), () =>
    event.detail.issueRequest(true),
  );
});
