"""Bytes to text in whatever charset they say, or are: never an exception, never a NUL."""

import codecs
import re

from charset_normalizer import from_bytes

# What mail programs write, and the codec which reads it. Supersets first: Outlook writes the
# euro sign into "iso-8859-1", and Korean mailers cp949 into "ks_c_5601-1987".
_ALIASES = {
    "ascii": "cp1252", "us-ascii": "cp1252", "ansi_x3.4-1968": "cp1252",
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "iso_8859-1": "cp1252", "latin1": "cp1252",
    "latin-1": "cp1252", "iso-8859-1-windows-3.1-latin-1": "cp1252", "ansi": "cp1252",
    "cp-1252": "cp1252", "x-cp1252": "cp1252", "x-ansi": "cp1252",
    "iso-8859-9": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874", "x-windows-874": "cp874",
    "iso-8859-8-i": "iso8859-8", "iso-8859-8-e": "iso8859-8", "iso-8859-6-i": "iso8859-6",
    "iso-8859-6-e": "iso8859-6",
    "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "ksc5601": "cp949", "ksc_5601": "cp949",
    "euc-kr": "cp949", "euckr": "cp949", "x-windows-949": "cp949", "windows-949": "cp949",
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030",
    "gb2312_charset": "gb18030", "cp936": "gb18030", "windows-936": "gb18030",
    "hz-gb-2312": "hz", "big5": "cp950", "x-x-big5": "cp950", "cn-big5": "cp950",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932",
    "windows-31j": "cp932", "ms932": "cp932", "x-ms-cp932": "cp932",
    "iso-2022-jp": "iso2022_jp_ext", "cp50220": "iso2022_jp_ext", "cp50221": "iso2022_jp_ext",
    "csiso2022jp": "iso2022_jp_ext", "x-euc-jp": "euc_jp", "eucjp": "euc_jp",
    "unicode-1-1-utf-7": "utf-7", "unicode-1-1-utf-8": "utf-8", "utf8mb4": "utf-8",
    "unicode": "utf-16", "x-mac-roman": "mac_roman", "macintosh": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic", "x-mac-ce": "mac_latin2", "koi8": "koi8_r",
    "utf-8": "utf-8", "utf8": "utf-8", "utf_8": "utf-8", "utf-8-sig": "utf-8-sig",
}  # fmt: skip

# Python also offers codecs which are no charsets (zip, base64, idna, "undefined"); some of them
# are bombs. Only what is a text encoding is taken.
_NOT_CHARSETS = {"undefined", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "mbcs"}

GUESS_BYTES = 32_768

# How ISO-2022-JP changes its set: ASCII, one-byte katakana, or two bytes a character.
_JAPANESE = re.compile(rb"\x1b(\$[@B]|\([BJI])")

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LINE_BREAKS = re.compile("\r+\n|\r")
# Marks which turn the reading direction of what follows: used to make "fdp.exe" look like a PDF.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_C1 = re.compile("[\x80-\x9f]")


def decode(data: bytes, label: str | None, *, fallback: str | None = None) -> tuple[str, bool]:
    """Returns the text and whether the label was true; `fallback` is tried before guessing."""
    codec = codec_named(label)
    if _JAPANESE.search(data):
        return _plain(_from_iso_2022_jp(data)), codec == "iso2022_jp_ext"
    text = _strictly(data, codec) if codec else None
    if text is not None and not _looks_mislabelled(data, codec):
        return text, True
    second = codec_named(fallback)
    relatives = ("cp932", "euc_jp") if "iso2022_jp_ext" in (codec, second) else ()
    for other in ("utf-8", *relatives, second):
        found = _strictly(data, other) if other and other != codec else None
        if found is not None:
            return found, False
    if text is not None:
        return text, True
    if codec and _mostly_reads(data, codec):
        return _plain(data.decode(codec, "replace")), False
    return guess(data), False


def codec_named(label: str | None) -> str | None:
    """Python's codec for a charset's name; None if nobody knows it."""
    if not label:
        return None
    name = label.strip().strip("\"'").lower()
    name = name.removeprefix("charset=").split("*")[0].split(";")[0].strip()
    if not name or len(name) > 60 or not name.isascii() or "\0" in name:
        return None
    name = _ALIASES.get(name, name)
    for candidate in (name, re.sub("^(?:cp|windows|win|x-cp)[-_]?(?=[0-9])", "cp", name)):
        try:
            info = codecs.lookup(candidate)
        except (LookupError, ValueError):
            continue
        if getattr(info, "_is_text_encoding", True) and info.name not in _NOT_CHARSETS:
            return info.name
    return None


def guess(data: bytes) -> str:
    """The likeliest reading of bytes of which nobody says what they are."""
    found = _strictly(data, "utf-8")
    if found is not None:
        return found
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _plain(data.decode("utf-16", "replace"))
    if sum(byte > 127 for byte in data[:1_000]) >= 16:  # of fewer a statistic says nothing
        best = from_bytes(data[:GUESS_BYTES]).best()
        if best is not None:
            return _plain(data.decode(best.encoding, "replace"))
    if _mostly_reads(data, "utf-8"):
        return _plain(data.decode("utf-8", "replace"))
    return _plain(data.decode("cp1252", "replace"))


def _from_iso_2022_jp(data: bytes) -> str:
    """Every mailer writes Microsoft's extra signs into it, which Python's codec refuses."""
    out: list[str] = []
    at, state = 0, b"(B"
    for found in [*_JAPANESE.finditer(data), None]:
        segment = data[at : found.start()] if found else data[at:]
        if state[:1] == b"$":
            segment = _to_shift_jis(segment)
        elif state == b"(I":
            segment = bytes(byte | 128 for byte in segment)
        out.append(segment.decode("cp932", "replace"))
        if found:
            at, state = found.end(), found[1]
    return "".join(out)


def _to_shift_jis(segment: bytes) -> bytes:
    out = bytearray()
    at = 0
    while at < len(segment):
        high = segment[at]
        if not 0x21 <= high <= 0x7E or at + 1 >= len(segment):
            out.append(high)  # a line break which the writer left inside
            at += 1
            continue
        low = segment[at + 1]
        lead = ((high - 0x21) >> 1) + 0x81
        out.append(lead + 0x40 if lead > 0x9F else lead)
        out.append((low + (0x20 if low >= 0x60 else 0x1F) if high & 1 else low + 0x7E) & 255)
        at += 2
    return bytes(out)


def one_line(text: str) -> str:
    """For headers and file names: no control characters, no line breaks, no turned direction."""
    text = _DIRECTION.sub("", text)
    return " ".join(re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", " ", text).split())


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return _plain(data.decode(codec))
    except (UnicodeError, ValueError):
        return None


def _looks_mislabelled(data: bytes, codec: str | None) -> bool:
    """Says a one-byte charset, but is UTF-8: by chance that does not happen in real text."""
    if codec is None or codec.startswith("utf") or data.isascii():
        return False
    if codec not in ("cp1252", "cp1254", "iso8859-15", "iso8859-2", "cp1250", "cp1251"):
        return False
    return _strictly(data, "utf-8") is not None


def _mostly_reads(data: bytes, codec: str) -> bool:
    """A few broken characters do not make the label wrong."""
    text = data.decode(codec, "replace")
    bad = text.count("\ufffd")
    if codec == "utf-8":  # where it is the charset at all, other letters came out right
        good = sum(1 for char in text if char > "\x7f") - bad
        return good >= bad
    return bad <= 1 or bad * 50 < len(data)


def _plain(text: str) -> str:
    """One kind of line break, no controls which PostgreSQL or a browser would choke on."""
    text = _LINE_BREAKS.sub("\n", text.removeprefix("\ufeff"))
    text = _CONTROLS.sub("", text)
    # Controls of the C1 set are cp1252 bytes in disguise: 0x92 is an apostrophe.
    return _C1.sub(_from_cp1252, text)


def _from_cp1252(found: re.Match[str]) -> str:
    return found[0].encode("latin-1").decode("cp1252", "ignore")
