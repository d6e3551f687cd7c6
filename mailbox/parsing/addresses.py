"""Lists of addresses as people's programs write them, and as attackers do."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mailbox.parsing import charsets
from mailbox.parsing.headers import decoded

MAX_ADDRESSES = 500
MAX_LIST_CHARACTERS = 100_000

# Deliberately simple: something, one @, something without spaces. It begins where the run of
# letters begins: the tail of a monstrous local part is not somebody else's address.
_ATOM = r"""[^\s<>()\[\],;:"@\\]"""
_ADDRESS = re.compile(rf"""(?<!{_ATOM})(?:{_ATOM}{{1,200}}|"[^"\\\n]{{1,200}}")@{_ATOM}{{1,253}}""")
MAX_ADDRESS = 254
# Stands for an @ inside quotes while the structure is read: `"boss@corp" <e@y>` is from e@y.
_QUOTED_AT = "\ufe6b"


@dataclass(frozen=True, slots=True)
class Address:
    """`name` is only what the sender calls itself; nothing is ever looked up by it."""

    name: str
    email: str

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2].lower()


def addresses_in(raw: bytes, charset: str | None = None) -> tuple[Address, ...]:
    """Every mailbox of a From, To, Cc or Reply-To; what holds no address is left out."""
    text = charsets.decode(raw, None, fallback=charset)[0].replace("\n", " ")
    found = tuple(_mailboxes(text[:MAX_LIST_CHARACTERS], charset))
    if not found and "=?" in text:  # whole "name <address>" in one encoded word
        found = tuple(_mailboxes(decoded(raw, charset).replace("\n", " "), None))
    return found


def _mailboxes(text: str, charset: str | None) -> Iterator[Address]:
    count = 0
    for piece in _pieces(text):
        address = piece.address(charset)
        if address:
            yield address
            count += 1
            if count >= MAX_ADDRESSES:
                return


class _Piece:
    """What stands between two commas."""

    def __init__(self) -> None:
        self.words: list[str] = []  # outside of everything
        self.angle: str | None = None
        self.comment: list[str] = []
        self.has_at = False

    def address(self, charset: str | None) -> Address | None:
        words = "".join(self.words).strip()
        if self.angle is not None and (email := clean_email(self.angle)):
            name = words or "".join(self.comment)
            return Address(_name(name, charset, email), email)
        if found := _ADDRESS.search(words):
            email = clean_email(found[0])
            if email:
                rest = (words[: found.start()] + " " + words[found.end() :]).strip()
                return Address(_name("".join(self.comment) or rest, charset, email), email)
        for place in ("".join(self.comment), words.replace(_QUOTED_AT, "@")):
            # `Name (a@b)` and `"a@b"`: only where there is no address in its right place.
            if (found := _ADDRESS.search(place)) and (email := clean_email(found[0])):
                return Address(_name(words, charset, email), email)
        return None


def _pieces(text: str) -> Iterator[_Piece]:
    """One walk over the characters: quotes, comments and angles are counted, never nested calls."""
    piece, at, depth, closing = _Piece(), 0, 0, True
    while at < len(text):
        char = text[at]
        if depth:
            depth += (char == "(") - (char == ")")
            if depth:
                piece.comment.append(char)
        elif char == '"':
            # A quote never closed is only a stray one, and no later one can close either.
            after = _quoted(text, at, piece) if closing else 0
            closing, at = after > 0, after or at + 1
            continue
        elif char == "(" and text.find(")", at) > 0:
            depth = 1
        elif char == "<" and (close := text.find(">", at)) > 0:
            inner = text[at + 1 : close]
            if piece.angle is None or not clean_email(piece.angle):
                piece.angle = inner.rpartition("<")[2]
            at = close + 1
            continue
        elif char in ",;":
            yield piece
            piece = _Piece()
        elif char == ":" and not piece.has_at:
            piece.words.clear()  # the name of a group
        else:
            piece.has_at |= char == "@"
            piece.words.append(char)
        at += 1
    yield piece


def _quoted(text: str, at: int, piece: _Piece) -> int:
    """Takes a quoted string; returns where it ends, 0 when it never does."""
    end = at + 1
    inner: list[str] = []
    while end < len(text) and text[end] != '"':
        if text[end] == "\\" and end + 1 < len(text):
            end += 1
        inner.append(text[end])
        end += 1
    if end >= len(text):
        return 0
    if text[end + 1 : end + 2] == "@":  # "odd name"@example.com
        piece.words.append('"' + "".join(inner) + '"')
    else:
        piece.words.append("".join(inner).replace("@", _QUOTED_AT))
    return end + 1


def clean_email(text: str) -> str:
    """One address without what surrounds it; "" where it is none."""
    text = decoded(text.encode("utf-8", "replace")) if "=?" in text else text
    text = charsets.one_line(text).strip(" <>'")
    if '"@' not in text:
        text = text.strip("\"'")
    text = text.removeprefix("mailto:").removeprefix("MAILTO:").removeprefix("smtp:")
    if text.startswith("@") and ":" in text:  # <@route,@route:a@b> of RFC 822
        text = text.rpartition(":")[2]
    found = _ADDRESS.fullmatch(text) or _ADDRESS.fullmatch(text.replace(" ", ""))
    if not found or len(text) > MAX_ADDRESS:
        return ""
    return found[0].rstrip(".")


def _name(text: str, charset: str | None, email: str) -> str:
    text = decoded(text.replace(_QUOTED_AT, "@").encode("utf-8", "replace"), charset)
    name = charsets.one_line(text).strip(" <>")
    while len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1].strip()
    return "" if name.lower() == email.lower() else name[:300]
