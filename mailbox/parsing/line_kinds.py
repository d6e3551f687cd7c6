"""What each line of a mail's text is: said, quoted, or put there by a mail program.

Every test looks at one line and at most a handful of neighbours, so the time grows with the number
of lines; lines which are too long to be written by a mail program are not looked into.
"""

import re
from enum import StrEnum

from mailbox.parsing import quote_headers as words
from mailbox.parsing.quote_headers import ROLES, Role
from mailbox.parsing.sign_offs import DEVICE_LINE

MAX_INTRO_LINES = 5
MAX_INTRO = 400  # characters
MAX_HEADERS = 30  # lines of one quoted header


class Kind(StrEnum):
    TEXT = "text"
    BLANK = "blank"
    QUOTE = "quote"  # "> …"
    INTRO = "intro"  # "On … wrote:"; may have been wrapped over some lines
    MARKER = "marker"  # "-----Original Message-----"
    HEADER = "header"  # "From: …", "Sent: …", three or so together
    RULE = "rule"  # "-- ", "_____"
    DEVICE = "device"  # "Sent from my iPhone"


# Where what somebody else wrote begins.
BOUNDARIES = {Kind.INTRO, Kind.MARKER, Kind.HEADER}

_LABEL = re.compile(r"[\s*_|]*([^\W\d_][^:：<>@]{0,24}?)[\s*]*[:：]")
_RULE = re.compile(r"(?:([-_=~#*+—–―─═])\1+|[-—–]\s?[-—–])")
_SUPERCITE = re.compile(r"[A-Z][A-Za-z]{0,3}>")
_DASHED = re.compile(r"[\s*]*[-_=~—–―─]{2,}[\s*]*([^\s*-].{1,58}[^\s*-])[\s*]*[-_=~—–―─]{2,}[\s*:]*")
_ADDRESS = re.compile(r"[^\s@]@[^\s@]|<[^<>]{3,}>|&lt;")
_DECORATION = " \t*_-–—•[]"
_ENDINGS = (":", "：", "-", "*", ">")


def kinds_of(lines: list[str]) -> list[Kind]:
    """The kind of each line; lines have no line ends."""
    kinds = [_kind(line) for line in lines]
    _fences(lines, kinds)
    _supercited(lines, kinds)
    _wrapped_quotes(lines, kinds)
    for i, kind in enumerate(kinds):
        if kind is Kind.TEXT or kind is Kind.RULE:
            _mark_boundary(lines, kinds, i)
    _device_lines(lines, kinds)
    return kinds


def _kind(line: str) -> Kind:
    text = line.strip(" \t\xa0\u200b\ufeff\u2060\u200e\u200f\u1427\ufffc\u3000\r\n\f\v")
    if not text:
        return Kind.BLANK
    if text.startswith((">", "&gt;", "›")):
        return Kind.QUOTE
    if len(text) > 1 and len(text) < MAX_INTRO and _RULE.fullmatch(text):
        return Kind.RULE
    return Kind.TEXT


def _fences(lines: list[str], kinds: list[Kind]) -> None:
    """What stands between two lines of ``` is code, whatever it looks like."""
    opened: int | None = None
    for i, line in enumerate(lines):
        if not line.startswith("```"):
            continue
        if opened is None:
            opened = i
            continue
        kinds[opened : i + 1] = [_CODE] * (i + 1 - opened)
        opened = None


# A line of code is text which no later rule may take for something else.
_CODE = Kind.TEXT


def _supercited(lines: list[str], kinds: list[Kind]) -> None:
    """Lines "JD> …" are quotes when there are two together."""
    before = ""
    for i, line in enumerate(lines):
        found = _SUPERCITE.match(line)
        initials = found.group() if found else ""
        if initials and initials == before:
            kinds[i - 1 : i + 1] = [Kind.QUOTE, Kind.QUOTE]
        before = initials


def _wrapped_quotes(lines: list[str], kinds: list[Kind]) -> None:
    """The end of a long quoted line which a mail program broke belongs to the quote."""
    for i in range(1, len(lines) - 1):
        if (
            kinds[i] is Kind.TEXT
            and kinds[i - 1] is Kind.QUOTE
            and kinds[i + 1] is Kind.QUOTE
            and len(lines[i - 1]) >= 65
            and len(lines[i]) < len(lines[i - 1])
        ):
            kinds[i] = Kind.QUOTE


def _mark_boundary(lines: list[str], kinds: list[Kind], i: int) -> None:
    line = lines[i]
    if len(line) > MAX_INTRO:
        return
    if is_marker(line):
        kinds[i] = Kind.MARKER
    elif end := _header_end(lines, kinds, i):
        kinds[i:end] = [Kind.HEADER] * (end - i)
    elif start := _intro_start(lines, kinds, i):
        first = start - 1
        kinds[first : i + 1] = [Kind.INTRO] * (i + 1 - first)


def is_marker(line: str) -> bool:
    """Whether a line says "Original Message" or "Begin forwarded message:" as programs do."""
    if found := _DASHED.fullmatch(line):
        said = found.group(1)
        return "@" not in said and bool(words.BETWEEN_DASHES.search(said))
    text = line.strip().strip("*").strip()
    return (
        text.endswith((":", "："))
        and len(text) <= 50
        and text.count(" ") <= 4
        and text[:1].isupper()
        and bool(words.FORWARDED.search(text))
        and bool(words.MESSAGE.search(text))
    )


def label_of(line: str) -> tuple[str, Role] | None:
    found = _LABEL.match(line[:80])
    if not found:
        return None
    label = " ".join(found.group(1).casefold().split())
    role = ROLES.get(label)
    return (label, role) if role else None


def _header_end(lines: list[str], kinds: list[Kind], i: int) -> int:
    """The line after a quoted header that begins at i; 0 if none does."""
    first = label_of(lines[i])
    if not first:
        return 0
    roles, end, has_address, strangers = {first[1]}, i + 1, "@" in lines[i], 0
    for j in range(i + 1, min(i + MAX_HEADERS, len(lines))):
        if kinds[j] is Kind.BLANK:
            strangers += 1
        elif kinds[j] is not Kind.TEXT:
            break
        elif found := label_of(lines[j]):
            roles.add(found[1])
            end, strangers = j + 1, 0
        else:
            strangers += 1
        if strangers > 2:
            break
        has_address = has_address or (strangers == 0 and "@" in lines[j])
    is_header = Role.FROM in roles and (
        Role.SUBJECT in roles
        or Role.SENT in roles
        or (has_address and len(roles - {Role.OTHER}) > 1)
    )
    return end if is_header and end > i + 1 else 0


def _intro_start(lines: list[str], kinds: list[Kind], i: int) -> int:
    """One more than the first line of an introduction that ends at line i; 0 if none does."""
    tail = lines[i].rstrip()
    if not tail.endswith(_ENDINGS) and not _ends_with_verb(tail):
        return 1 + i if words.GMAIL_WITHOUT_A_VERB.match(tail) else 0
    found, joined = 0, ""
    for k in range(MAX_INTRO_LINES):
        j = i - k
        if j < 0 or (k and kinds[j] is not Kind.TEXT):
            break
        joined = f"{lines[j].strip()} {joined}".strip()
        if len(joined) > MAX_INTRO:
            break
        opened = _opens(joined)
        if (opened or not found) and is_intro(joined):
            found = j + 1
            if opened:
                break
    return found


def _opens(text: str) -> bool:
    text = text.lstrip(_DECORATION)
    return bool(words.OPENER.match(text) or words.STARTS_WITH_DATE.match(text))


def _ends_with_verb(text: str) -> bool:
    text = text.rstrip(" :：*_-–—<>.")[-40:]
    return any(found.end() == len(text) for found in words.VERB.finditer(text))


def is_intro(joined: str) -> bool:
    """Whether one line, put together again, introduces a quote: who wrote, and when."""
    text = joined.strip(_DECORATION)
    ends = text.endswith((":", "："))
    has_address = bool(_ADDRESS.search(text))
    has_date = bool(words.DATE.search(text))
    if text.count("<") > text.count(">") or not (has_address or has_date):
        return False
    if not words.VERB.search(text):
        return ends and has_address and has_date and _opens(text)
    verb_last = _ends_with_verb(text)
    if has_address:
        return verb_last or (ends and has_date)
    return (verb_last or ends) and (
        _opens(text) or (verb_last and bool(words.TIME.search(text)))
    )


def _device_lines(lines: list[str], kinds: list[Kind]) -> None:
    for i, kind in enumerate(kinds):
        if kind is not Kind.TEXT or len(lines[i]) > MAX_INTRO:
            continue
        after = kinds[i + 1] if i + 1 < len(kinds) else Kind.BLANK
        if (after is not Kind.TEXT or is_device_line(lines[i + 1])) and is_device_line(lines[i]):
            kinds[i] = Kind.DEVICE


_LINK = re.compile(r"\s*(?:<[^<>\s]*>|\([^()\s]*\)|\[[^\[\]\s]*\])\s*")


def is_device_line(line: str) -> bool:
    """Whether a mail program or a phone signed ("Sent from my iPhone"), not a person."""
    text = _LINK.sub(" ", line[:MAX_INTRO]).strip(_DECORATION + '"')
    return len(text) <= 75 and "," not in text and bool(DEVICE_LINE.match(text))
