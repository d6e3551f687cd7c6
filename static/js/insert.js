// A text for the place in a textarea where somebody was writing.

/** Where they are now, for insertAt() once a dialog has taken the focus. */
export function placeIn(area) {
  return { area, start: area.selectionStart, end: area.selectionEnd };
}

export function insertAt({ area, start, end }, text) {
  area.focus();
  area.setSelectionRange(start, end); // a dialog in between loses it
  // The only way that "undo" takes it back; it also tells others that the text changed.
  if (document.execCommand("insertText", false, text)) return;
  area.setRangeText(text, start, end, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}
