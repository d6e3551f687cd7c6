"""Readable text of a mail that has only HTML."""

from mailbox.parsing.html_lines import Line, lines_of
from mailbox.parsing.markup import parse


def text_of_html(html: str) -> str:
    """The text a person sees: lists, quotes ("> "), links with their address. Never raises."""
    root = parse(html)
    return _joined(lines_of(root)) or _joined(lines_of(root, with_hidden=True))


def _joined(lines: list[Line]) -> str:
    out: list[str] = []
    for line in lines:
        text = f"{'> ' * line.quoted}{line.text}".replace("\xa0", " ").rstrip()
        # Mails are full of empty paragraphs; one blank line says as much as five.
        if text.strip("> ") or (out and out[-1].strip("> ")):
            out.append(text)
    return "\n".join(out).strip("\n")
