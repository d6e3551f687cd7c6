"""What is new in a mail's text, and what is quoted or signed."""

from dataclasses import dataclass

from mailbox.parsing.line_labels import Label, labels_of

# Longer texts are written by machines: what follows is not looked into and goes where the
# last line went. That keeps the time for any body below a limit.
MAX_LINES = 2_000
MAX_CHARACTERS = 200_000


@dataclass(frozen=True)
class Reply:
    """The parts of a text. What is visible is never empty unless the text is."""

    visible: str
    quoted: str
    signature: str


def split_reply(text: str, sender: str = "") -> Reply:
    """Split a plain-text body; sender: the name in From, helps to find an unmarked signature."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n", MAX_LINES)
    head = _head(lines)
    labels = labels_of(lines[:head], sender)
    labels += [labels[-1]] * (len(lines) - head)
    parts = {label: _join(lines, labels, label) for label in Label}
    return Reply(parts[Label.VISIBLE], parts[Label.QUOTED], parts[Label.SIGNATURE])


def _head(lines: list[str]) -> int:
    """How many lines are looked into; one at least."""
    characters = 0
    for i, line in enumerate(lines):
        characters += len(line)
        if characters > MAX_CHARACTERS:
            return i + 1
    return min(len(lines), MAX_LINES)


def _join(lines: list[str], labels: list[Label], wanted: Label) -> str:
    text = "\n".join(line for line, label in zip(lines, labels, strict=True) if label is wanted)
    return text.strip("\n").rstrip() if text.strip() else ""
