/** Run `work(root)` on the page and on every part htmx puts into it. `root` may match itself. */
export function onContent(work) {
  work(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.target !== document.body) work(event.target);
  });
}

/** Elements below root that match, root included. */
export function all(root, selector) {
  const below = [...root.querySelectorAll(selector)];
  return root.matches?.(selector) ? [root, ...below] : below;
}
