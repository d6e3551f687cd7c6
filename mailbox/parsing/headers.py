"""The head of a message or part: fields, encoded words (RFC 2047), parameters (RFC 2231)."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from mailbox.parsing import charsets

MAX_FIELDS = 1_000
MAX_FIELD_BYTES = 100_000

_FIELD = re.compile(rb"([!-9;-~]{1,20000})[ \t]*:[ \t]*")
_ENCODED = re.compile(
    r"=\?([\w\-.:()+*]{1,60}?)(?:\*[\w-]{0,20})?\?([bBqQ])\?([^\r\n]*?)(\?=|$)", re.ASCII
)
_BETWEEN = re.compile(r"[ \t\r\n]*\Z")


@dataclass(frozen=True, slots=True)
class Field:
    """One header field as it came: the name in small letters, the value unfolded."""

    name: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """All fields in their order; looking one up gives the first of that name."""

    fields: tuple[Field, ...] = ()
    charset: str | None = None  # of raw 8-bit values, when the message says one

    def raw(self, name: str) -> bytes:
        """The first field of that name; b"" where there is none."""
        return next((field.raw for field in self.fields if field.name == name), b"")

    def text(self, name: str) -> str:
        """Decoded and on one line."""
        return charsets.one_line(decoded(self.raw(name), self.charset))

    def all(self, name: str) -> tuple[str, ...]:
        """Every field of that name, decoded, topmost (newest hop) first."""
        return tuple(
            charsets.one_line(decoded(field.raw, self.charset))
            for field in self.fields
            if field.name == name
        )

    def has(self, name: str) -> bool:
        return any(field.name == name for field in self.fields)


def split_head(data: bytes, start: int, end: int) -> tuple[Head, int, tuple[str, ...]]:
    """Reads fields from `start`; returns them, where the body begins, and what was mended."""
    found = _Fields()
    at = start
    while at < end:
        line_end = data.find(b"\n", at, end)
        after = end if line_end < 0 else line_end + 1
        line = data[at : min(after, at + MAX_FIELD_BYTES)].rstrip(b"\r\n")
        if not line.strip():
            return found.head(), after, tuple(found.repairs)
        if not found.take(line) and not (found.is_empty and _is_envelope(line)):
            if not _header_follows(data, after, end):
                found.repairs["no empty line after the header"] = None
                return found.head(), at, tuple(found.repairs)
            found.repairs["a line in the header is no field"] = None
        at = after
    return found.head(), end, tuple(found.repairs)


class _Fields:
    """Collects lines; a long folded field grows in place."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.values: list[bytearray] = []
        self.repairs: dict[str, None] = {}

    @property
    def is_empty(self) -> bool:
        return not self.names

    def take(self, line: bytes) -> bool:
        """False for a line which is no part of a field."""
        if line[:1] in b" \t":
            if self.values and len(self.values[-1]) < MAX_FIELD_BYTES:
                self.values[-1] += b" " + line.strip(b" \t")
            return True
        found = _FIELD.match(line)
        if found and len(self.names) < MAX_FIELDS:
            self.names.append(found[1][:200].decode("ascii").lower())
            self.values.append(bytearray(line[found.end() :]))
        elif found:
            self.repairs["too many header fields"] = None
        return bool(found)

    def head(self) -> Head:
        values = (bytes(value).strip(b" \t") for value in self.values)
        return Head(tuple(Field(*both) for both in zip(self.names, values, strict=True)))


def _is_envelope(line: bytes) -> bool:
    """The line which mbox files and some gateways put in front."""
    return line.startswith((b"From ", b">From "))


STRAY_LINES = 4

_KNOWN = re.compile(
    rb"(?:From|To|Cc|Subject|Date|Message-ID|Received|MIME-Version|Content-[\w-]+|X-[\w-]+"
    rb"|Return-Path|Reply-To|References|In-Reply-To|DKIM-Signature|List-[\w-]+)[ \t]*:",
    re.IGNORECASE,
)


def _header_follows(data: bytes, at: int, end: int) -> bool:
    """A stray line among fields, as against a body without an empty line before it."""
    for _ in range(STRAY_LINES):
        if _KNOWN.match(data, at, min(end, at + 200)):
            return True
        line_end = data.find(b"\n", at, end)
        if line_end < 0 or not data[at:line_end].strip():
            return False
        at = line_end + 1
    return False


def decoded(raw: bytes, charset: str | None = None) -> str:
    """A header's value as people read it: encoded words well or badly formed, raw 8-bit bytes."""
    text = charsets.decode(raw, None, fallback=charset)[0]
    if "=?" not in text:
        return text
    return "".join(_words(text))


def _words(text: str) -> Iterator[str]:
    at = 0
    pending: list[tuple[str, bytes]] = []  # neighbours of one charset: a character may be cut
    for found in _ENCODED.finditer(text):
        between = text[at : found.start()]
        data = _word_bytes(found[2], found[3], complete=bool(found[4]))
        if data is None:
            continue
        if between.strip() or not pending:
            yield from _flush(pending)
            yield between
            pending = []
        charset = found[1].lower()
        if pending and pending[-1][0] == charset and _joins(charset):
            pending[-1] = (charset, pending[-1][1] + data)
        else:
            pending.append((charset, data))
        at = found.end()
    yield from _flush(pending)
    yield text[at:]


def _joins(charset: str) -> bool:
    """Shift states end with the word, and a byte order mark begins it."""
    return not charset.startswith(("iso-2022", "hz", "utf-7", "utf-16", "unicode"))


def _flush(pending: list[tuple[str, bytes]]) -> Iterator[str]:
    for charset, data in pending:
        yield charsets.decode(data, charset)[0]


def _word_bytes(kind: str, text: str, *, complete: bool) -> bytes | None:
    data = text.encode("utf-8", "replace")
    if kind in "qQ":
        return binascii.a2b_qp(data.replace(b" ", b"_"), header=True)
    letters = re.sub(rb"[^A-Za-z0-9+/_-]", b"", data).replace(b"-", b"+").replace(b"_", b"/")
    if not letters and text.strip("= "):
        return None
    if not complete or len(letters) % 4 == 1:
        letters = letters[: len(letters) // 4 * 4]
    return base64.b64decode(letters + b"=" * (-len(letters) % 4))


# ── parameters: Content-Type: text/plain; charset="x"; name*0*=utf-8''a%20b ──

_PARAMETER = re.compile(
    r""";?\s*([^\s=;"]{1,80}?)\s*=\s*("(?:[^"\\]|\\.)*"?|[^;"\s][^;]*|)\s*""", re.DOTALL
)
MAX_PARAMETERS = 200


def value_and_parameters(raw: bytes, charset: str | None = None) -> tuple[str, dict[str, str]]:
    """`text/plain; charset=x` as ("text/plain", {"charset": "x"}); values decoded, on one line."""
    text = charsets.decode(raw, None, fallback=charset)[0]
    text = " ".join(text.split())  # a run of blanks would make the pattern try each of them
    value, _, rest = text.partition(";")
    if "=" in value and "/" not in value:  # "charset=utf-8" without any type
        value, rest = "", text
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for count, found in enumerate(_PARAMETER.finditer(rest)):
        if count >= MAX_PARAMETERS:
            break
        _take(found[1].lower(), _unquoted(found[2]), plain, pieces)
    result = {name: charsets.one_line(_redecoded(value)) for name, value in plain.items()}
    for name, parts in pieces.items():
        result[name] = charsets.one_line(_joined(sorted(parts)))
    return value.strip().lower(), result


def _take(
    name: str, value: str, plain: dict[str, str], pieces: dict[str, list[tuple[int, bool, str]]]
) -> None:
    found = re.fullmatch(r"([^*]+)(?:\*([0-9]{1,3}))?(\*)?", name)
    if found and (found[2] or found[3]):
        pieces.setdefault(found[1], []).append((int(found[2] or 0), bool(found[3]), value))
    else:
        plain.setdefault(name, value)


def _unquoted(value: str) -> str:
    if not value.startswith('"'):
        return value.strip()
    inner = value[1:-1] if len(value) > 1 and value.endswith('"') else value[1:]
    return re.sub(r'\\(["\\])', r"\1", inner)


def _joined(parts: list[tuple[int, bool, str]]) -> str:
    """RFC 2231: pieces in order; those with a star are percent-encoded in the first's charset."""
    charset: str | None = None
    data = b""
    for index, (_, encoded, value) in enumerate(parts):
        if index == 0 and encoded and value.count("'") >= 2:
            charset, _, value = value.split("'", 2)
        data += unquote_to_bytes(value) if encoded else value.encode("utf-8", "replace")
    text = charsets.decode(data, charset or "utf-8")[0]
    return _redecoded(text)


def _redecoded(text: str) -> str:
    """Encoded words have no place in parameters; half of all programs write them there."""
    return "".join(_words(text)) if "=?" in text else text
