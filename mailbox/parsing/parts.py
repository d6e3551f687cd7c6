"""The tree of a MIME message: where each part begins and ends, however broken.

Nothing is copied: a part is a pair of places in the raw bytes, so depth costs time, not memory.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mailbox.parsing import charsets, transfer
from mailbox.parsing.headers import Head, split_head, value_and_parameters

MAX_DEPTH = 25
MAX_PARTS = 1_000


@dataclass(slots=True)
class Part:
    """One node. `kind` is the media type in small letters; `children` only of multiparts."""

    data: bytes
    head: Head
    start: int
    end: int
    kind: str = "text/plain"
    parameters: dict[str, str] = field(default_factory=dict)
    disposition: str = ""
    file_name: str = ""
    children: list["Part"] = field(default_factory=list)

    @property
    def body(self) -> bytes:
        return self.data[self.start : self.end]

    @property
    def content_id(self) -> str:
        return self.head.text("content-id").strip("<> ")

    @property
    def charset(self) -> str | None:
        return self.parameters.get("charset")

    def content(self, repairs: "Repairs") -> bytes:
        """The bytes after undoing the transfer encoding."""
        encoding = self.head.text("content-transfer-encoding").split(";")[0]
        if self.kind == "message/rfc822" and not encoding.strip().lower().startswith(("b", "q")):
            encoding = "binary"  # a mail is handed on as it is
        found, repair = transfer.undone(self.body, encoding)
        repairs.add(repair)
        return found

    def walk(self) -> Iterator["Part"]:
        """Itself and everything below, in the order of the mail."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            yield part
            waiting.extend(reversed(part.children))


class Repairs:
    """What was broken, each said once, in the order found; and how many parts were read."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.parts = 0

    def add(self, *repairs: str) -> None:
        for repair in repairs:
            if repair and repair not in self.found:
                self.found.append(repair)


def read_part(
    data: bytes,
    start: int,
    end: int,
    repairs: Repairs,
    *,
    charset: str | None = None,
    depth: int = 0,
    default: str = "text/plain",
) -> Part:
    """Reads one part with its head, and the parts inside; `charset` is that of raw 8-bit names."""
    head, body, mended = split_head(data, start, end)
    if depth == 0 or mended != ("no empty line after the header",) or head.fields:
        repairs.add(*mended)
    repairs.parts += 1
    part = Part(data, head, body, end)
    _name_kind(part, default, charset)
    if part.kind.startswith("multipart/"):
        _split(part, repairs, charset, depth)
    return part


def _name_kind(part: Part, default: str, charset: str | None) -> None:
    kind, part.parameters = value_and_parameters(part.head.raw("content-type"), charset)
    kind = charsets.one_line(kind).split(" ")[0]
    if kind in ("text", "text/", "plain"):
        kind = "text/plain"
    elif kind in ("html", "text/htm"):
        kind = "text/html"
    part.kind = kind if re.fullmatch(r"[\w.+-]{1,100}/[\w.+*-]{1,120}", kind) else default
    if (
        kind
        and part.kind == default
        and kind != default
        and part.head.has("content-transfer-encoding")
    ):
        encoding = part.head.text("content-transfer-encoding").lower()
        part.kind = "application/octet-stream" if encoding == "base64" else default
    disposition, options = value_and_parameters(part.head.raw("content-disposition"), charset)
    part.disposition = disposition
    name = options.get("filename") or part.parameters.get("name") or options.get("name") or ""
    part.file_name = base_name(name)


def base_name(name: str) -> str:
    """Without the folders of the sender's machine."""
    return name.replace("\\", "/").rstrip("/").rpartition("/")[2].strip()[:255]


def _split(part: Part, repairs: Repairs, charset: str | None, depth: int) -> None:
    if depth >= MAX_DEPTH:
        repairs.add("parts nested too deep")
        part.kind = "application/octet-stream"
        return
    boundary = part.parameters.get("boundary", "").encode("utf-8", "replace").rstrip()
    pieces = _between(part, boundary, repairs) if boundary else []
    if not pieces:
        guessed = _boundary_seen(part)
        if guessed and guessed != boundary:
            pieces = _between(part, guessed, repairs)
            repairs.add("boundary missing or wrong" if pieces else "")
    if not pieces:
        # Said to be many, holds none: what is there is shown as text.
        if part.data[part.start : part.end].strip():
            repairs.add("a multipart without parts")
            part.kind = "text/plain"
        return
    default = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
    for start, end in pieces:
        if repairs.parts >= MAX_PARTS:
            repairs.add("too many parts")
            break
        part.children.append(
            read_part(
                part.data, start, end, repairs, charset=charset, depth=depth + 1, default=default
            )
        )


def _between(part: Part, boundary: bytes, repairs: Repairs) -> list[tuple[int, int]]:
    """Places of the parts between the boundary's lines."""
    data, end = part.data, part.end
    mark = b"--" + boundary
    pieces: list[tuple[int, int]] = []
    opened = -1
    at = part.start
    while (found := data.find(mark, at, end)) >= 0 and len(pieces) <= MAX_PARTS:
        line_end = data.find(b"\n", found, end)
        line_end = end if line_end < 0 else line_end
        at = found + len(mark)
        rest = data[at : min(line_end, at + 200)].strip()
        begins = found == part.start or data[found - 1 : found] in (b"\n", b"\r")
        if not begins or rest not in (b"", b"--", b"-"):
            continue
        if opened >= 0:
            pieces.append((opened, _without_break(data, opened, found)))
        opened = min(line_end + 1, end)
        at = line_end
        if rest == b"--":
            opened = -1
    if opened >= 0 and data[opened:end].strip():
        pieces.append((opened, end))
        repairs.add("the last boundary is missing")
    return pieces


def _without_break(data: bytes, start: int, end: int) -> int:
    """The line break before a boundary belongs to the boundary."""
    if data[max(start, end - 2) : end] == b"\r\n":
        return end - 2
    if end > start and data[end - 1 : end] in (b"\n", b"\r"):
        return end - 1
    return end


_LOOKS_LIKE_BOUNDARY = re.compile(
    rb"^--([^\s][^\r\n]{0,199}?)[ \t]*\r?\n(?:\r?\n|Content-|content-|CONTENT-)", re.MULTILINE
)


def _boundary_seen(part: Part) -> bytes:
    found = _LOOKS_LIKE_BOUNDARY.search(part.data, part.start, part.end)
    return found[1] if found else b""
