"""winmail.dat: what Outlook wraps a mail in (MS-OXTNEF), read as far as a desk needs it."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from mailbox.parsing import charsets
from mailbox.parsing.rtf import rtf_of

_SIGNATURE = 0x223E9F78
MAX_ATTRIBUTES = 5_000
MAX_VALUES = 5_000
MAX_DEPTH = 3
_MESSAGE_INTERFACE = bytes.fromhex("0703020000000000c000000000000046")

# The attributes, by their numbers in MS-OXTNEF 2.1.3.2.
_BEGIN_ATTACHMENT, _ATTACHMENT_NAME, _ATTACHMENT_DATA = 0x9002, 0x8010, 0x800F
_ATTACHMENT_PROPERTIES, _MESSAGE_PROPERTIES, _CODE_PAGE, _BODY = 0x9005, 0x9003, 0x9007, 0x800C
# The properties, by their numbers in MS-OXPROPS.
_LONG_NAME, _SHORT_NAME, _DISPLAY_NAME = 0x3707, 0x3704, 0x3001
_DATA, _MEDIA_TYPE, _CONTENT_ID = 0x3701, 0x370E, 0x3712
_HTML, _PLAIN, _RTF = 0x1013, 0x1000, 0x1009
# Their types: size of the fixed ones, and those with a length.
_FIXED = {1: 0, 2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_TEXT, _UNICODE, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102


class NotTnef(ValueError):
    """These bytes are no TNEF stream."""


@dataclass(slots=True)
class TnefFile:
    name: str = ""
    kind: str = ""
    content_id: str = ""
    content: bytes = b""
    object: bytes = b""  # begins with the id of the interface that reads it


@dataclass(slots=True)
class Tnef:
    """What was inside. `whole` is false when the stream broke off."""

    files: list[TnefFile] = field(default_factory=list)
    text: str = ""
    html: bytes = b""
    rtf: bytes = b""
    whole: bool = True


def read_tnef(data: bytes, depth: int = 0) -> Tnef:
    """Reads a whole stream; raises NotTnef where it is none."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        raise NotTnef
    result = Tnef()
    charset = "cp1252"
    for name, value in _attributes(data, result):
        if name == _CODE_PAGE and len(value) >= 4:
            charset = f"cp{struct.unpack_from('<I', value)[0]}"
        elif name == _BEGIN_ATTACHMENT:
            result.files.append(TnefFile())
        elif name == _BODY:
            result.text = charsets.decode(value.rstrip(b"\0"), charset)[0]
        elif name == _MESSAGE_PROPERTIES:
            _read_message(value, charset, result)
        elif result.files:
            _read_attachment(name, value, charset, result.files[-1])
    result.files = [each for file in result.files for each in _with_object(file, depth)]
    return result


def _with_object(file: TnefFile, depth: int) -> Iterator[TnefFile]:
    """A file, the object beside it, and for a mail inside the mail the files of that."""
    if file.content:
        yield file
    if not file.object:
        return
    inside = file.object[16:] if file.object.startswith(_MESSAGE_INTERFACE) else b""
    yield TnefFile(name=file.name, content=inside or file.object)
    if inside and depth < MAX_DEPTH:
        try:
            yield from read_tnef(inside, depth + 1).files
        except NotTnef:
            return  # kept above as it came


def _attributes(data: bytes, result: Tnef) -> Iterator[tuple[int, bytes]]:
    at = 6
    for _ in range(MAX_ATTRIBUTES):
        if at + 9 > len(data):
            break
        level, name, _kind, length = struct.unpack_from("<BHHI", data, at)
        at += 9
        if level not in (1, 2) or at + length > len(data):
            result.whole = False
            if level not in (1, 2):
                return
        yield name, data[at : at + length]
        at += length + 2  # a checksum which Outlook itself ignores


def _read_attachment(name: int, value: bytes, charset: str, file: TnefFile) -> None:
    if name == _ATTACHMENT_NAME and not file.name:
        file.name = _string(value, charset)
    elif name == _ATTACHMENT_DATA:
        file.content = value
    elif name == _ATTACHMENT_PROPERTIES:
        names: dict[int, str] = {}
        for number, kind, content in _properties(value):
            if number in (_LONG_NAME, _SHORT_NAME, _DISPLAY_NAME):
                names[number] = _property_text(kind, content, charset)
            elif number == _MEDIA_TYPE:
                file.kind = _property_text(kind, content, charset).lower()
            elif number == _CONTENT_ID:
                file.content_id = _property_text(kind, content, charset).strip("<>")
            elif number == _DATA and kind == _OBJECT:
                file.object = content
            elif number == _DATA and not file.content:
                file.content = content
        best = names.get(_LONG_NAME) or file.name or names.get(_SHORT_NAME)
        file.name = best or names.get(_DISPLAY_NAME, "")


def _read_message(value: bytes, charset: str, result: Tnef) -> None:
    for number, kind, content in _properties(value):
        if number == _HTML:
            result.html = (
                content if kind != _UNICODE else content.decode("utf-16-le", "replace").encode()
            )
        elif number == _PLAIN and not result.text:
            result.text = _property_text(kind, content, charset)
        elif number == _RTF:
            result.rtf = rtf_of(content)


def _property_text(kind: int, content: bytes, charset: str) -> str:
    if kind == _UNICODE:
        return charsets.guess(
            content.decode("utf-16-le", "replace").rstrip("\0").encode("utf-8", "replace")
        )
    return charsets.decode(content.rstrip(b"\0"), charset)[0]


def _string(value: bytes, charset: str) -> str:
    return charsets.one_line(charsets.decode(value.partition(b"\0")[0], charset)[0])


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(number, type, first value) of each; stops where the bytes make no sense."""
    try:
        (count,) = struct.unpack_from("<I", data)
        at = 4
        for _ in range(min(count, MAX_VALUES)):
            kind, number = struct.unpack_from("<HH", data, at)
            at += 4
            if number >= 0x8000:
                at = _after_name(data, at)
            at, value = _value(data, at, kind)
            yield number, kind & 0xFFF, value
    except (struct.error, KeyError):
        return  # cut off or of an unknown type: what was read so far stands


def _after_name(data: bytes, at: int) -> int:
    at += 16
    (named,) = struct.unpack_from("<I", data, at)
    if named == 0:
        return at + 8
    (length,) = struct.unpack_from("<I", data, at + 4)
    return at + 8 + _padded(length)


def _value(data: bytes, at: int, kind: int) -> tuple[int, bytes]:
    several, kind = kind & 0x1000, kind & 0xFFF
    if kind in (_TEXT, _UNICODE, _OBJECT, _BINARY):
        (count,) = struct.unpack_from("<I", data, at)
        at += 4
        first = b""
        for index in range(min(count, MAX_VALUES)):
            (length,) = struct.unpack_from("<I", data, at)
            if index == 0:
                first = data[at + 4 : at + 4 + length]
            at += 4 + _padded(length)
        return at, first
    size, count = _FIXED[kind], 1
    if several:
        (count,) = struct.unpack_from("<I", data, at)
        at += 4
    return at + size * count, data[at : at + size]


def _padded(length: int) -> int:
    return length + (-length % 4)
