"""Readable text of a mail that has only HTML."""

from mailbox.parsing.html_lines import Line, lines_of
from mailbox.parsing.markup import parse


def text_of_html(html: str) -> str:
    """The text a person sees: lists, quotes ("> "), links with their address. Never raises."""
    root = parse(html)
    return _joined(lines_of(root)) or _joined(lines_of(root, with_hidden=True))


def _joined(lines: list[Line]) -> str:
    out: list[str] = []
    before: int | None = None  # how deep in quotes the line above the gap is
    for line in lines:
        if not line.text.strip():
            before = line.quoted if before is None else min(before, line.quoted)
            continue
        # Mails are full of empty paragraphs; one blank line says as much as five.
        if before is not None and out:
            out.append(_quoted("", min(before, line.quoted)))
        before = None
        out.append(_quoted(line.prefix + line.text, line.quoted))
    return "\n".join(out)


def _quoted(text: str, depth: int) -> str:
    return f"{'> ' * depth}{text}".replace("\xa0", " ").rstrip()
