"""What each line of a mail's text is: said, quoted, or put there by a mail program.

Every test looks at one line and at most a handful of neighbours, so the time grows with the number
of lines; lines which are too long to be written by a mail program are not looked into.
"""

import re
from collections.abc import Mapping
from enum import StrEnum

from mailbox.parsing import quote_headers as words
from mailbox.parsing.quote_headers import ROLES, Role
from mailbox.parsing.sign_offs import DEVICE_LINE

MAX_INTRO_LINES = 5
MAX_INTRO = 320  # characters
MAX_HEADERS = 16  # lines of one quoted header


class Kind(StrEnum):
    TEXT = "text"
    CODE = "code"  # between two lines of ```
    BLANK = "blank"
    QUOTE = "quote"  # "> …"
    INTRO = "intro"  # "On … wrote:"; may have been wrapped over some lines
    MARKER = "marker"  # "-----Original Message-----"
    HEADER = "header"  # "From: …", "Sent: …", three or so together
    RULE = "rule"  # "-- ", "_____"
    DEVICE = "device"  # "Sent from my iPhone"
    SIGNATURE = "signature"  # marked as one by the mail program, in HTML


SAID = {Kind.TEXT, Kind.CODE}
# Where what somebody else wrote begins.
BOUNDARIES = {Kind.INTRO, Kind.MARKER, Kind.HEADER}

_LABEL = re.compile(r"[\s*_|]*([^\W\d_][^:：<>@]{0,24}?)[\s*]*[:：]")
_RULE = re.compile(r"(?:([-_=~#*+—–―─═])\1+|[-—–]\s?[-—–])")
_SUPERCITE = re.compile(r"[A-Z][A-Za-z]{0,3}>")
_DASHES = "-_=~—–―─"
_ADDRESS = re.compile(r"[^\s@]@[^\s@]|<[^<>]{3,}>|&lt;")
_WORD = re.compile(r"[^\W\d_]+")
_AFTER_VERB = " :：*_-–—<>."
# White space, and what programs put in: marks of direction, of zero width, of Gmail.
_UNSEEN = "".join(c for c in map(chr, range(0x3001)) if c.isspace()) + (
    "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufffc\u1427"
)
_DECORATION = " \t*_-–—•[]"
_ENDINGS = (":", "：", "-", "*", ">")


def kinds_of(lines: list[str], known: Mapping[int, Kind]) -> list[Kind]:
    """The kind of each line; lines have no line ends. known: what a program said of some."""
    kinds = [_kind(line) for line in lines]
    _fences(lines, kinds)
    _supercited(lines, kinds)
    _wrapped_brackets(lines, kinds)
    _wrapped_quotes(lines, kinds)
    roles = [role_of(line) for line in lines]
    for i, kind in enumerate(kinds):
        if kind is Kind.TEXT or kind is Kind.RULE:
            _mark_boundary(lines, kinds, roles, i)
    _device_lines(lines, kinds)
    for i, kind in known.items():
        if kinds[i] not in BOUNDARIES and (kinds[i] is not Kind.BLANK or kind is Kind.MARKER):
            kinds[i] = kind
    return kinds


def _kind(line: str) -> Kind:
    text = line.strip(_UNSEEN)
    if not text:
        return Kind.BLANK
    if text.startswith((">", "&gt;", "›")):
        return Kind.QUOTE
    if len(text) > 1 and len(text) < MAX_INTRO and _RULE.fullmatch(text):
        return Kind.RULE
    return Kind.TEXT


def _fences(lines: list[str], kinds: list[Kind]) -> None:
    """What stands between two lines of ``` is said, whatever it looks like."""
    opened: int | None = None
    for i, line in enumerate(lines):
        if not line.startswith("```"):
            continue
        if opened is None:
            opened = i
            continue
        kinds[opened : i + 1] = [Kind.CODE] * (i + 1 - opened)
        opened = None


def _supercited(lines: list[str], kinds: list[Kind]) -> None:
    """Lines "JD> …" are quotes when there are two together."""
    before = ""
    for i, line in enumerate(lines):
        found = _SUPERCITE.match(line)
        initials = found.group() if found else ""
        if initials and initials == before and kinds[i] is not Kind.CODE:
            kinds[i - 1 : i + 1] = [Kind.QUOTE, Kind.QUOTE]
        before = initials


def _wrapped_brackets(lines: list[str], kinds: list[Kind]) -> None:
    """A line ">:" may close the address which the line before opened."""
    for i in range(1, len(lines)):
        before, line = lines[i - 1][-MAX_INTRO:], lines[i]
        if (
            kinds[i] is Kind.QUOTE
            and kinds[i - 1] is Kind.TEXT
            and before.count("<") > before.count(">")
            and len(line) <= 60
            and line.rstrip().endswith((":", "："))
        ):
            kinds[i] = Kind.TEXT


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


def _mark_boundary(lines: list[str], kinds: list[Kind], roles: list[Role | None], i: int) -> None:
    line = lines[i]
    if len(line) > MAX_INTRO:
        return
    if is_marker(line):
        kinds[i] = Kind.MARKER
    elif roles[i] and (end := _header_end(lines, kinds, roles, i)):
        kinds[i:end] = [Kind.HEADER] * (end - i)
    elif (start := _intro_start(lines, kinds, i)) is not None:
        kinds[start : i + 1] = [Kind.INTRO] * (i + 1 - start)


def is_marker(line: str) -> bool:
    """Whether a line says that the rest is old: "Original Message", "Reply above this line"."""
    if len(line) <= 120 and words.REPLY_ABOVE.search(line):
        return True
    if said := _between_dashes(line):
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


def _between_dashes(line: str) -> str:
    text = line.strip(" \t*:")
    if text[:2].strip(_DASHES) or text[-2:].strip(_DASHES):
        return ""
    said = text.strip(_DASHES + " \t*")
    return said if 3 <= len(said) <= 60 else ""


def role_of(line: str) -> Role | None:
    """What a line tells as part of a quoted header, by its label in any language."""
    found = _LABEL.match(line[:80])
    return ROLES.get(" ".join(found.group(1).casefold().split())) if found else None


def _header_end(lines: list[str], kinds: list[Kind], roles: list[Role | None], i: int) -> int:
    """The line after a quoted header that begins at i; 0 if none does."""
    seen: set[Role] = set()
    end, strangers = i, 0
    for j in range(i, min(i + MAX_HEADERS, len(lines))):
        if kinds[j] not in (Kind.TEXT, Kind.BLANK):
            break
        if role := roles[j]:
            seen.add(role)
            end, strangers = j + 1, 0
        else:
            strangers += 1  # a line which was wrapped, or a blank one
        if strangers > 2:
            break
    has_address = any("@" in line for line in lines[i:end])
    by_program = Role.SUBJECT in seen or Role.SENT in seen or has_address
    if Role.FROM in seen and by_program and len(seen - {Role.OTHER}) > 1:
        return end
    # Below "Original Message" one line is enough.
    return end if i and Kind.MARKER in kinds[max(i - 2, 0) : i] else 0


def _intro_start(lines: list[str], kinds: list[Kind], i: int) -> int | None:
    """The first line of an introduction that ends at line i, if one does."""
    tail = lines[i].rstrip()
    if not tail.endswith(_ENDINGS) and not _ends_with_verb(tail):
        return i if words.GMAIL_WITHOUT_A_VERB.match(tail) else None
    found, joined, has_verb = None, "", False
    for j in range(i, max(i - MAX_INTRO_LINES, -1), -1):
        if j < i and kinds[j] is not Kind.TEXT:
            break
        has_verb = has_verb or _has_verb(lines[j][:MAX_INTRO])
        joined = f"{lines[j].strip()} {joined}".strip()
        if len(joined) > MAX_INTRO:
            break
        opens = _opens(joined)
        # The shortest that makes sense, unless a longer one begins with "On" or a date.
        if (opens or found is None) and _is_intro(joined, opens, has_verb):
            found = j
            if opens:
                break
    return found


def _opens(text: str) -> bool:
    text = text.lstrip(_DECORATION)
    return bool(words.OPENER.match(text) or words.STARTS_WITH_DATE.match(text))


def _has_verb(text: str) -> bool:
    said = _WORD.findall(text.casefold())
    return not words.VERBS.isdisjoint(said) or any(verb in text for verb in words.VERBS_WITHIN)


def _ends_with_verb(text: str) -> bool:
    last = text.rstrip(_AFTER_VERB)[-40:].removesuffix("(a)").removesuffix("(а)")
    said = _WORD.findall(last.casefold())
    return (bool(said) and said[-1] in words.VERBS and last.casefold().endswith(said[-1])) or (
        last.endswith(words.VERBS_WITHIN)
    )


def _is_intro(joined: str, opens: bool, has_verb: bool) -> bool:
    """Whether a line, put together again, introduces a quote: who wrote, and when."""
    text = joined.strip(_DECORATION)
    ends = text.endswith((":", "："))
    has_address = bool(_ADDRESS.search(text))
    has_date = bool(words.DATE.search(text))
    if not (has_address or has_date):
        return False
    if not has_verb:
        return ends and has_address and has_date and opens
    verb_last = _ends_with_verb(text)
    if has_address:
        return verb_last or (ends and has_date)
    return (verb_last or (ends and opens)) and (opens or bool(words.TIME.search(text)))


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
