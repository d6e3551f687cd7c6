"""Content-Transfer-Encoding undone, also where the label lies; uuencode and yEnc found in text."""

import base64
import binascii
import re
from dataclasses import dataclass

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")
_PADDING = re.compile(rb"={1,4}")
MAX_PIECES = 10_000


def undone(data: bytes, encoding: str) -> tuple[bytes, str]:
    """The bytes meant, and what had to be mended ("" for nothing)."""
    encoding = encoding.strip().strip("\"'").lower().replace("_", "-")
    if encoding in ("base64", "base-64", "b64"):
        return _from_base64(data)
    if encoding in ("quoted-printable", "quotedprintable", "qp"):
        return binascii.a2b_qp(data), ""
    if encoding in ("x-uuencode", "x-uue", "uuencode", "uue"):
        files, _ = files_in_text(data)
        content = files[0].content if files else _uu(b"", data)
        return (content, "") if content else (data, "no uuencoded data inside")
    if encoding == "binary" or b"\0" in data:
        return data, ""
    # Lines sent as lines: what ends them on the way is no part of the file.
    data = data.replace(b"\r\n", b"\n")
    known = ("", "7bit", "8bit", "7-bit", "8-bit", "none", "utf-8", "utf8")
    return data, "" if encoding in known else "unknown transfer encoding"


def _from_base64(data: bytes) -> tuple[bytes, str]:
    if _is_plainly_text(data):
        return data.replace(b"\r\n", b"\n"), "labelled base64, but is not"
    result, repair, at = bytearray(), "", 0
    for _ in range(MAX_PIECES):
        padding = _PADDING.search(data, at)
        chunk = data[at : padding.start()] if padding else data[at:]
        letters = _NOT_BASE64.sub(b"", chunk)
        if at and letters != b"".join(chunk.split()):
            repair = "text after the end of base64"  # a list's footer, say
            break
        if len(letters) % 4 == 1:
            letters, repair = letters[:-1], "base64 cut off"
        elif len(letters) % 4 and not padding:
            repair = "base64 without padding"
        result += base64.b64decode(letters + b"=" * (-len(letters) % 4))
        if not padding:
            break
        at = padding.end()  # some programs encode piece by piece, each with its padding
    return bytes(result), repair


def _is_plainly_text(data: bytes) -> bool:
    """Words with spaces between them, or bytes above ASCII: nobody encoded this."""
    lines = [line.strip() for line in data[:4_000].strip().split(b"\n") if line.strip()][:2]
    return bool(lines) and all(_NOT_BASE64.search(line) for line in lines)


# ── files written into the text itself, as before MIME ──


@dataclass(frozen=True, slots=True)
class FileInText:
    name: bytes
    content: bytes


MAX_FILES_IN_TEXT = 50
_UU_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,255})\r?\n", re.MULTILINE)
_UU_END = re.compile(rb"^(?:end|====)[ \t]*\r?$", re.MULTILINE)
_Y_BEGIN = re.compile(
    rb"^=ybegin ([^\r\n]{1,300})\r?\n(?:=ypart [^\r\n]{1,300}\r?\n)?", re.MULTILINE
)
_Y_END = re.compile(rb"^=yend[^\r\n]{0,300}\r?$", re.MULTILINE)


def files_in_text(data: bytes) -> tuple[list[FileInText], bytes]:
    """Files uuencoded or yEncoded in the text, and the text without them."""
    files: list[FileInText] = []
    if b"begin" not in data:
        return files, data
    for begin, end, decode in ((_UU_BEGIN, _UU_END, _uu), (_Y_BEGIN, _Y_END, _yenc)):
        at = 0
        for _ in range(MAX_FILES_IN_TEXT):
            found = begin.search(data, at)
            close = end.search(data, found.end()) if found else None
            if not found or not close:
                break
            content = decode(found[0], data[found.end() : close.start()])
            if not content:
                at = found.end()
                continue
            name = found[1].rpartition(b"name=")[2] if decode is _yenc else found[1]
            files.append(FileInText(name.strip(), content))
            data = data[: found.start()] + data[close.end() :]
            at = found.start()
    return files, data


def _uu(first: bytes, body: bytes) -> bytes:
    """b"" where the first line is none; a bad line later ends the file."""
    if first.startswith(b"begin-base64"):
        return _from_base64(body)[0]
    out = bytearray()
    at = 0
    while at < len(body):
        line_end = body.find(b"\n", at)
        line_end = len(body) if line_end < 0 else line_end
        line = body[at:line_end].rstrip(b"\r")
        at = line_end + 1
        if not line or line == b"`":
            continue
        decoded = _uu_line(line)
        if decoded is None:
            break
        out += decoded
    return bytes(out)


def _uu_line(line: bytes) -> bytes | None:
    if len(line) > 100:
        return None
    # Some encoders miscount the padding: the first letter says how much is meant.
    size = (((line[0] - 32) & 63) * 4 + 5) // 3
    for attempt in (line, line[:size]):
        try:
            return binascii.a2b_uu(attempt)
        except binascii.Error:
            continue
    return None


_Y_TABLE = bytes((value - 42) & 255 for value in range(256))
_Y_ESCAPE = re.compile(rb"=(.)", re.DOTALL)


def _yenc(first: bytes, body: bytes) -> bytes:
    body = re.sub(rb"^\.\.", b".", body, flags=re.MULTILINE)
    body = body.replace(b"\r", b"").replace(b"\n", b"")
    body = _Y_ESCAPE.sub(lambda found: bytes([(found[1][0] - 64) & 255]), body)
    return body.translate(_Y_TABLE)
