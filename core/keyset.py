"""Pages of a list that are as fast at the end as at the start.

A page begins after a row, not after a number of rows: PostgreSQL enters the index there instead
of counting its way to it. The price: no jumping to page 57, only newer, older, first and last.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from core.pages import count_words

_NO_CURSOR = (
    ValueError, TypeError, OverflowError, ValidationError, binascii.Error, RecursionError,
)  # fmt: skip
COUNT_LIMIT = 1_000  # beyond it a list says "1,000+"


class _RowCompare(models.Func):
    """(a, b) > (x, y) as PostgreSQL compares rows: one range of the index over (a, b)."""

    output_field = models.BooleanField()
    arity = 4

    def __init__(self, *parts: Any, sign: str) -> None:
        super().__init__(*parts, sign=sign)

    def as_sql(  # type: ignore[override] # Func would join the four with commas
        self, compiler: Any, connection: Any, **context: Any
    ) -> tuple[str, list[Any]]:
        sql: list[str] = []
        values: list[Any] = []
        for part in self.get_source_expressions():
            words, more = compiler.compile(part)
            sql.append(words)
            values.extend(more)
        left, right = ", ".join(sql[:2]), ", ".join(sql[2:])
        return f"({left}) {self.extra['sign']} ({right})", values


@dataclass(frozen=True)
class Cursor:
    """Where a page begins.

    value, pk: sort value and key of the row beside it. is_back: the page ends before that row.
    start: how many rows come before the page, as far as known; only for "26 to 50".
    """

    value: Any
    pk: int
    is_back: bool
    start: int

    def __str__(self) -> str:
        value = self.value.isoformat() if hasattr(self.value, "isoformat") else self.value
        text = json.dumps([value, self.pk, int(self.is_back), self.start], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str, field: models.Field) -> "Cursor | None":
        """The cursor of an address, None for what is none: people cut and change addresses."""
        try:
            padded = text + "=" * (-len(text) % 4)
            value, pk, is_back, start = json.loads(base64.urlsafe_b64decode(padded))
            # A generated column says nothing of its type itself: it would take any value.
            value = getattr(field, "output_field", field).to_python(value)
            if value is None or not all(type(n) is int for n in (pk, is_back, start)):
                return None
            if not (0 <= pk < 2**63 and 0 <= start < 2**31):
                return None
            return cls(value, pk, bool(is_back), start)
        except _NO_CURSOR:
            return None


class KeysetPage:
    """One page of rows in the order of a column that is never NULL, ties in the order of the key.

    rows: unordered; count: how many there are, asked only when shown.
    order: name of a column of the model itself, "-" in front for descending.
    An index over (column, key) makes it fast. after: text of a Cursor, "" for the first page,
    "last" for the last. has_previous and has_next cost one row more, not a count.
    """

    def __init__(
        self,
        rows: Any,
        *,
        order: str,
        after: str = "",
        size: int = 25,
        count: Callable[[], int] | None = None,
    ) -> None:
        self.size = size
        self.count = count or (lambda: capped_count(rows))
        self.column = order.removeprefix("-")
        self.is_descending = order.startswith("-")
        field = rows.model._meta.get_field(self.column)
        cursor = None if after in {"", "last"} else Cursor.read(after, field)
        is_back = after == "last" or bool(cursor and cursor.is_back)
        found = self._slice(rows, cursor, is_back)
        has_more = len(found) > size
        found = found[:size]
        self.rows = found[::-1] if is_back else found
        self.has_previous = has_more if is_back else cursor is not None
        self.has_next = (cursor is not None) if is_back else has_more
        self.start = self._start(cursor, is_back)

    def _slice(self, rows: Any, cursor: Cursor | None, is_back: bool) -> list[Any]:
        descending = self.is_descending != is_back
        if cursor is not None:
            column, pk = models.F(self.column), models.F("pk")
            values = models.Value(cursor.value), models.Value(cursor.pk)
            if self.column in {"pk", rows.model._meta.pk.name}:
                rows = rows.filter(**{"pk__lt" if descending else "pk__gt": cursor.pk})
            else:
                rows = rows.filter(
                    _RowCompare(column, pk, *values, sign="<" if descending else ">")
                )
        sign = "-" if descending else ""
        return list(rows.order_by(f"{sign}{self.column}", f"{sign}pk")[: self.size + 1])

    def _start(self, cursor: Cursor | None, is_back: bool) -> int | None:
        """How many rows come before; None when nobody knows (the last page)."""
        if cursor is None:
            return None if is_back else 0
        if not is_back:
            return cursor.start
        return max(cursor.start - len(self.rows), 0) if self.has_previous else 0

    def _cursor(self, row: Any, *, is_back: bool, start: int) -> str:
        return str(Cursor(getattr(row, self.column), row.pk, is_back, start))

    @property
    def next(self) -> str:
        """Cursor of the page after this one, "" at the end."""
        if not self.has_next or not self.rows:
            return ""
        start = (self.start or 0) + len(self.rows)
        return self._cursor(self.rows[-1], is_back=False, start=start)

    @property
    def previous(self) -> str:
        """Cursor of the page before this one, "" at the start."""
        if not self.has_previous or not self.rows:
            return ""
        return self._cursor(self.rows[0], is_back=True, start=self.start or 0)

    @cached_property
    def total(self) -> int:
        """How many rows there are, counted no further than COUNT_LIMIT + 1."""
        return self.count()

    @property
    def count_words(self) -> str:
        return count_words(self.total, COUNT_LIMIT)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def first_index(self) -> int | None:
        return None if self.start is None else self.start + 1

    @property
    def last_index(self) -> int | None:
        return None if self.start is None else self.start + len(self.rows)


def capped_count(rows: models.QuerySet, limit: int = COUNT_LIMIT) -> int:
    """How many, counted no further than limit + 1."""
    return rows.order_by()[: limit + 1].count()
