"""Where in a mail's text signatures stand."""

from mailbox.parsing.line_kinds import BOUNDARIES, SAID, Kind
from mailbox.parsing.sign_offs import CONTACT, POSTSCRIPT, REGARDS, THANKS

MAX_SIGNATURE = 12  # lines with something on them after a rule
MAX_BLOCK = 40  # after "Best regards": addresses, legal notes, pictures
MAX_BLOCK_LINES = 80  # blank ones included
MAX_NAME = 60  # characters
MAX_CARD_LINE = 80
_EDGES = BOUNDARIES | {Kind.QUOTE}


def mark_signatures(
    lines: list[str], kinds: list[Kind], start: int, end: int, sender: str
) -> set[int]:
    """The numbers of the lines which belong to signatures, between start and end."""
    signed = {i for i in range(start, end) if kinds[i] is Kind.SIGNATURE}
    i = start
    while i < end:
        if kinds[i] in _OPENERS and (stop := _block_end(lines, kinds, i, end)):
            signed.update(range(i, stop))
            i = stop
        else:
            i += 1
    last = _last_said(kinds, start, end, signed)
    if last >= 0:
        signed.update(_unmarked(lines, kinds, start, last, sender))
    return signed


_OPENERS = {Kind.RULE, Kind.DEVICE}
_EXACT = {"--", "—", "–", "- -", "––", "—-", "-—"}


def _block_end(lines: list[str], kinds: list[Kind], at: int, end: int) -> int:
    """The end of a signature which opens at a line; 0 if what follows is too much for one."""
    stop, filled = at + 1, 0
    while stop < end and kinds[stop] not in _EDGES:
        filled += kinds[stop] in SAID
        stop += 1
        if filled > MAX_SIGNATURE or stop - at > MAX_BLOCK_LINES:
            return 0
    underlines = at > 0 and kinds[at - 1] is Kind.TEXT and kinds[at] is Kind.RULE
    mark = lines[at].strip()
    if filled and underlines and mark not in _EXACT and not mark.startswith("_"):
        return 0
    return stop


def _last_said(kinds: list[Kind], start: int, end: int, signed: set[int]) -> int:
    """The last line of what is said; -1 if nothing is, or if it is code."""
    for i in range(end - 1, start - 1, -1):
        if kinds[i] in SAID and i not in signed:
            return i if kinds[i] is Kind.TEXT else -1
    return -1


def _unmarked(lines: list[str], kinds: list[Kind], start: int, last: int, sender: str) -> range:
    """A signature without a rule: regards and a name, or a block of addresses."""
    top = last
    while (
        top > start and kinds[top - 1] in (Kind.TEXT, Kind.BLANK) and last - top < MAX_BLOCK_LINES
    ):
        top -= 1
    for at in range(top, last + 1):
        opens = _closes(lines, at, last) or _is_card(lines, at, last)
        if opens or _is_sender(lines[at], sender):
            return _all_of(lines, kinds, start, at, last, bool(sender))
    if _dashed_name(lines[last]):
        return range(last, last + 1)
    return range(0)


def _all_of(
    lines: list[str], kinds: list[Kind], start: int, at: int, last: int, known: bool
) -> range:
    if known and at - 1 > start and THANKS.fullmatch(_bare(lines[at - 1])):
        at -= 1
    says_more = any(kinds[i] in SAID for i in range(start, at))
    return range(at, last + 1) if says_more else range(0)


def _bare(line: str) -> str:
    return line.strip(" \t*_,.!;:-–—\xa0🎉🙂😊")


def _closes(lines: list[str], at: int, last: int) -> bool:
    """Whether a line is "Best regards" and what follows are a name and addresses only."""
    if len(lines[at]) > MAX_NAME:
        return False
    text = _bare(lines[at])
    after = [line.strip() for line in lines[at + 1 : last + 1] if line.strip()]
    if not after or len(after) > MAX_BLOCK or any(_goes_on(line) for line in after):
        return False
    has_contact = any(CONTACT.search(line[:200]) for line in after)
    if REGARDS.fullmatch(text):
        return len(after[0]) <= MAX_NAME and (has_contact or len(after) <= 4)
    return has_contact and len(after[0]) <= MAX_NAME and bool(THANKS.fullmatch(text))


def _is_card(lines: list[str], at: int, last: int) -> bool:
    """Whether a paragraph begins with a name, and three ways to reach the person follow.

    Not after a colon: there somebody was asked for them.
    """
    if at == 0 or lines[at - 1].strip() or not _is_name(lines[at]):
        return False
    before = next((line for line in reversed(lines[max(at - 4, 0) : at]) if line.strip()), "")
    after = [line.strip() for line in lines[at + 1 : last + 1] if line.strip()]
    if before.rstrip().endswith(":") or len(after) > MAX_BLOCK or any(map(_goes_on, after)):
        return False
    is_short = all(len(line) <= MAX_CARD_LINE for line in after)
    return is_short and sum(bool(CONTACT.search(line)) for line in after) >= 3


def _is_name(line: str) -> bool:
    parts = line.split()
    return 1 < len(parts) <= 4 and all(p[:1].isupper() and p.strip(".").isalpha() for p in parts)


def _goes_on(line: str) -> bool:
    """Whether a line after the regards is said to somebody."""
    return line.endswith("?") or bool(POSTSCRIPT.match(line))


def _is_sender(line: str, sender: str) -> bool:
    return bool(sender) and _bare(line).casefold() == sender.strip().casefold()


def _dashed_name(line: str) -> bool:
    """Whether the last line is "-Jane Doe" or "/Jane"."""
    text = line.strip()
    if len(text) > 40 or text[:1] not in "-–—/~" or text[1:2] in "-–—/":
        return False
    parts = text[1:].split()
    return 0 < len(parts) <= 3 and all(part[:1].isupper() and part.isalpha() for part in parts)
