"""Which parts are the text people wrote, and which are files: the one place that decides."""

import html
import re
from dataclasses import dataclass, field

from mailbox.parsing import charsets, transfer
from mailbox.parsing.parts import Part, Repairs
from mailbox.parsing.totext import text_of_html

MAX_TEXT = 5_000_000  # characters of text or html which are read; the raw mail is kept

# Alternatives made for machines, of which nothing is lost when the plain one is shown.
_FOR_MACHINES = {"text/x-amp-html", "text/watch-html"}


@dataclass(slots=True)
class Piece:
    """One run of body: as text, as html, or both (alternatives of each other)."""

    text: str | None = None
    html: str | None = None


@dataclass(slots=True)
class Body:
    pieces: list[Piece] = field(default_factory=list)
    others: list[Part] = field(default_factory=list)
    calendars: list[str] = field(default_factory=list)
    in_text: list[transfer.FileInText] = field(default_factory=list)
    text: str = ""
    html: str = ""

    def take(self, text: str, source: str) -> None:
        self.html = source
        self.text = text or (text_of_html(source) if source else "")

    def shows(self, content_id: str) -> bool:
        return f"cid:{content_id}" in self.html


def body_of(root: Part, repairs: Repairs) -> Body:
    """Walks the tree once; text that is written comes out in its order."""
    body = Body()
    _collect(root, body, repairs, body.pieces)
    if not any((p.text or p.html or "").strip() for p in body.pieces):
        _text_under_a_name(body, repairs)
    texts = [p.text if p.text is not None else text_of_html(p.html or "") for p in body.pieces]
    body.text = "\n".join(text for text in texts if text.strip())[:MAX_TEXT]
    if any(p.html is not None for p in body.pieces):
        body.html = "\n".join(_as_html(p) for p in body.pieces)[:MAX_TEXT]
    return body


def _collect(part: Part, body: Body, repairs: Repairs, into: list[Piece]) -> None:
    """The depth is that of the tree, which is bounded."""
    if part.kind == "multipart/alternative":
        _choose(part, body, repairs, into)
    elif part.children:
        for index, child in enumerate(part.children):
            resource = part.kind == "multipart/related" and index and not child.children
            if resource and child.kind.startswith("text/"):
                body.others.append(child)  # what the first part is related to, no text of its own
            else:
                _collect(child, body, repairs, into)
    elif part.kind in ("text/plain", "text/html") and not _is_file(part):
        into.append(_read(part, body, repairs))
    elif part.kind not in _FOR_MACHINES and not part.kind.startswith("multipart/"):
        if part.kind == "text/calendar":
            content = part.content(repairs)
            body.calendars.append(charsets.decode(content, part.charset)[0])
        body.others.append(part)


def _choose(part: Part, body: Body, repairs: Repairs, into: list[Piece]) -> None:
    """Of alternatives the text and the html, which say the same; the last of each is the best."""
    best = Piece()
    for child in part.children:
        found: list[Piece] = []
        _collect(child, body, repairs, found)
        text = "\n".join(p.text for p in found if p.text is not None)
        if any(p.html is not None for p in found):
            best.html = "\n".join(_as_html(p) for p in found)
        elif text.strip() or (found and best.text is None):
            best.text = text
    if best.text is not None or best.html is not None:
        if best.html and _says_nothing(best):
            best.text = None
        into.append(best)


_USE_HTML = re.compile(
    r"html|(?:view|read|open|see).{0,40}(?:brows|online|mail|message)|(?:does|do) not support",
    re.IGNORECASE,
)


def _says_nothing(piece: Piece) -> bool:
    """No plain text, or one that only says that there is a better one."""
    text = (piece.text or "").strip()
    if not text:
        return bool((piece.html or "").strip())
    if len(text) > 250 or not _USE_HTML.search(text):
        return False
    return len(text_of_html(piece.html or "")) > 3 * len(text)


def _is_file(part: Part) -> bool:
    if part.disposition == "attachment":
        return True
    return bool(part.file_name)


def _read(part: Part, body: Body, repairs: Repairs) -> Piece:
    content = part.content(repairs)
    if part.kind == "text/plain":
        files, content = transfer.files_in_text(content)
        body.in_text += files
    text, true = charsets.decode(content, part.charset)
    if not true and part.charset and not content.isascii():
        repairs.add(f"text is not in {charsets.one_line(part.charset)[:40]}, as it says")
    if part.kind == "text/html":
        return Piece(html=text)
    if part.parameters.get("format", "").lower() == "flowed":
        text = unflowed(text, part.parameters.get("delsp", "").lower() == "yes")
    return Piece(text=text)


def unflowed(text: str, delete_space: bool = False) -> str:
    """RFC 3676: a line that ends in a space goes on in the next one."""
    out: list[list[str]] = []  # paragraphs, each of its lines
    open_depth: int | None = None
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        flows = content.endswith(" ") and content != "-- "
        if open_depth != depth or content == "-- ":
            out.append([">" * depth + " " if depth else ""])
        out[-1].append(content[:-1] if delete_space and flows else content)
        open_depth = depth if flows else None
    return "\n".join("".join(paragraph) for paragraph in out)


def _text_under_a_name(body: Body, repairs: Repairs) -> None:
    """A mail whose only text carries a file name: some programs name the body."""
    for part in body.others:
        if part.kind in ("text/plain", "text/html") and part.disposition != "attachment":
            body.others.remove(part)
            body.pieces.append(_read(part, body, repairs))
            return


def _as_html(piece: Piece) -> str:
    if piece.html is not None:
        return piece.html
    return "<div>" + html.escape(piece.text or "").replace("\n", "<br>\n") + "</div>"
