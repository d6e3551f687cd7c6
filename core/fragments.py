"""Pieces of HTML that are made once for everybody who would get the same piece.

A kept fragment is a pure function of its key: whatever it shows is named in the key, so it cannot
be out of date and nothing has to throw it away. They live in the memory of the process, the
longest unused go first. The CSRF token of a form inside differs with every answer: a mark stands
in its place, see core.templatetags.ui.csrf_field. Another mark stands for the number of a record,
where a fragment is the same for all records but for their number.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

MOST = 2_000  # fragments of a few KB: tens of MB at worst
LARGEST = 200_000  # characters; a list of thousands of choices is not worth its room
TOKEN_MARK = "csrf-token-of-this-answer"  # noqa: S105 (stands where the token will)
# Stands where a record's number will, in an address too; no table will ever have so many rows.
NUMBER_MARK = 7_018_265_409_331_846_572


class Fragments:
    """The fragments of one process. Safe for threads: two that miss at once both make it."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self._kept: OrderedDict[Hashable, str] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], str]) -> str:
        """The fragment of this key, made when it is not there."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        made = make()
        if len(made) <= LARGEST:
            with self._lock:
                self._kept[key] = made
                while len(self._kept) > self.most:
                    self._kept.popitem(last=False)
        return made

    def __len__(self) -> int:
        return len(self._kept)


FRAGMENTS = Fragments()
