"""Which lines of a mail's text are new, which are quoted, which are a signature."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from mailbox.parsing.line_kinds import BOUNDARIES, SAID, Kind, kinds_of
from mailbox.parsing.signatures import mark_signatures

# Longer mails are written by machines: what follows is not looked into and goes where the last
# line went. That keeps the time for any body below a limit.
MAX_LINES = 2_000
MAX_CHARACTERS = 200_000
NOTHING: Mapping[int, Kind] = MappingProxyType({})
MAX_BLOCKS = 20  # forwards within forwards which are opened to find what is said


class Label(StrEnum):
    VISIBLE = "visible"
    QUOTED = "quoted"
    SIGNATURE = "signature"


def labels_of(
    lines: list[str], sender: str = "", known: Mapping[int, Kind] = NOTHING
) -> list[Label]:
    """One label for each line. If nothing were visible, everything is.

    sender: the name in From.  known: the kind of lines which a mail program marked.
    """
    head = _head(lines)
    labels = _labels(lines[:head], sender, {i: kind for i, kind in known.items() if i < head})
    return labels + [labels[-1]] * (len(lines) - head)


def _head(lines: list[str]) -> int:
    """How many lines are looked into; one at least."""
    characters = 0
    for i, line in enumerate(lines[:MAX_LINES]):
        characters += len(line)
        if characters > MAX_CHARACTERS:
            return i + 1
    return min(len(lines), MAX_LINES)


def _labels(lines: list[str], sender: str, known: Mapping[int, Kind]) -> list[Label]:
    kinds = kinds_of(lines, known)
    start = _start(kinds)
    end = _end(kinds, start)
    labels = [Label.QUOTED] * len(lines)
    signed = mark_signatures(lines, kinds, start, end, sender)
    said = [i for i in range(start, end) if kinds[i] in SAID and i not in signed]
    for i in signed:
        labels[i] = Label.SIGNATURE
    if not said:
        return [Label.VISIBLE] * len(lines)
    first = _first(kinds, said, start)
    for i in range(first, said[-1] + 1):
        if i not in signed and kinds[i] is not Kind.INTRO:
            labels[i] = Label.VISIBLE
    return labels


_EMPTY = {Kind.BLANK, Kind.RULE}


def _start(kinds: list[Kind]) -> int:
    """Where to begin: after the header of a mail forwarded without a word, else at the top."""
    start = 0
    for _ in range(MAX_BLOCKS):
        at = _skip(kinds, start, _EMPTY)
        if at == len(kinds) or kinds[at] not in BOUNDARIES or _quotes_follow(kinds, at):
            return start
        after = _skip(kinds, at, {kinds[at]})
        if all(kind not in SAID for kind in kinds[after:]):
            return start
        start = after
    return start


def _end(kinds: list[Kind], start: int) -> int:
    """Where everything that follows was written by somebody else."""
    has_said = False
    for i in range(start, len(kinds)):
        has_said = has_said or kinds[i] in SAID
        if has_said and kinds[i] in BOUNDARIES and not _quotes_follow(kinds, i):
            return i
    return len(kinds)


def _quotes_follow(kinds: list[Kind], at: int) -> bool:
    """Whether an introduction has its quote marked line by line, so that the quote has an end."""
    if kinds[at] is not Kind.INTRO:
        return False
    after = _skip(kinds, at, {Kind.INTRO, Kind.BLANK})
    return after < len(kinds) and kinds[after] is Kind.QUOTE


def _skip(kinds: list[Kind], at: int, over: set[Kind]) -> int:
    while at < len(kinds) and kinds[at] in over:
        at += 1
    return at


def _first(kinds: list[Kind], said: list[int], start: int) -> int:
    """The first visible line: a quote at the top stays when answers stand between its lines."""
    top = _skip(kinds, start, {Kind.QUOTE, Kind.INTRO, *_EMPTY})
    has_answers_between = Kind.QUOTE in kinds[top : said[-1]]
    return start if has_answers_between else min(top, said[0])
