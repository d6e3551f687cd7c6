"""What is new in a mail's text, and what is quoted or signed."""

from dataclasses import dataclass

from mailbox.parsing.line_labels import MAX_LINES, Label, labels_of


@dataclass(frozen=True)
class Reply:
    """The parts of a text. What is visible is never empty unless the text is."""

    visible: str
    quoted: str
    signature: str


def split_reply(text: str, sender: str = "") -> Reply:
    """Split a plain-text body; sender: the name in From, helps to find an unmarked signature."""
    # What comes after the lines which are looked into stays in one piece.
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n", MAX_LINES)
    labels = labels_of(lines, sender)
    parts = {label: _join(lines, labels, label) for label in Label}
    return Reply(parts[Label.VISIBLE], parts[Label.QUOTED], parts[Label.SIGNATURE])


def _join(lines: list[str], labels: list[Label], wanted: Label) -> str:
    text = "\n".join(line for line, label in zip(lines, labels, strict=True) if label is wanted)
    return text.strip("\n").rstrip() if text.strip() else ""
