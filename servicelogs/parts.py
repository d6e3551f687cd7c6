"""Parts as people write them: one a line, "Roller kit RK-420 × 2"."""

import re

from django.utils.translation import gettext as _

from core.text import one_line
from servicelogs.errors import PartsUnreadable

MOST_PARTS = 50
NAME_LENGTH = 120
MOST_OF_ONE = 9999
# "2 × name", "2 x name" (a space after the x, or "2 xerox toner" would lose its start).
_FIRST = re.compile(r"^(\d{1,5})\s*(?:×\s*|[x*]\s+)(.+)$", re.IGNORECASE)
# "name × 2", "name x2", "name x 2", "name * 2".
_LAST = re.compile(r"^(.+?)(?:\s*×|\s+[x*])\s*(\d{1,5})$", re.IGNORECASE)

Part = tuple[str, int]


def parse_parts(text: str) -> list[Part]:
    """(name, quantity) of each line; no number means one. Equal names are added up.

    Raises PartsUnreadable for a quantity of nothing, a name that is too long or too many lines.
    """
    found: dict[str, Part] = {}
    for line in text.splitlines():
        words = one_line(line)
        if not words:
            continue
        name, quantity = _read(words)
        if not 1 <= quantity <= MOST_OF_ONE:
            raise PartsUnreadable(
                _("“%(line)s”: give a number from 1 to %(most)s.")
                % {"line": words[:60], "most": MOST_OF_ONE}
            )
        if len(name) > NAME_LENGTH:
            raise PartsUnreadable(
                _("“%(line)s…” is too long: up to %(most)s characters a part.")
                % {"line": words[:30], "most": NAME_LENGTH}
            )
        before = found.get(name.casefold(), (name, 0))
        found[name.casefold()] = (before[0], min(before[1] + quantity, MOST_OF_ONE))
    if len(found) > MOST_PARTS:
        raise PartsUnreadable(_("Up to %(most)s different parts.") % {"most": MOST_PARTS})
    return list(found.values())


def _read(words: str) -> Part:
    if match := _LAST.match(words):
        return match[1].strip(), int(match[2])
    if match := _FIRST.match(words):
        return match[2].strip(), int(match[1])
    return words, 1
