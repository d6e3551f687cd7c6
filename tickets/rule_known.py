"""The rows that many rules name, fetched with one query a kind."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from accounts.models import Team, User
from accounts.roles import Role
from core.text import is_key
from technicians.models import Technician
from tickets.models import Category, CustomField, Tag

Named = dict[str, Iterable[str]]  # kind -> keys


def staff() -> QuerySet:
    """Who can be told something by a rule."""
    return User.objects.active().with_role(*(r for r in Role if r != Role.CUSTOMER))


def _rows() -> dict[str, QuerySet]:
    """Kind -> what of it may be named today."""
    return {
        "category": Category.objects.filter(is_active=True),
        "team": Team.objects.all(),
        "assign": Technician.objects.assignable().select_related("user"),
        "tag": Tag.objects.all(),
        "user": staff(),
        "field": CustomField.objects.filter(is_active=True).prefetch_related("categories"),
    }


class Known:
    """Rows by kind and key. What it does not know may still be there."""

    def __init__(self, wanted: Iterable[Named] = ()) -> None:
        keys: dict[str, set[str]] = {}
        for named in wanted:
            for kind, some in named.items():
                keys.setdefault(kind, set()).update(some)
        self._found = {kind: _fetch(kind, some) for kind, some in keys.items()}

    def row(self, kind: str, key: Any) -> Any:
        """The row, or None."""
        return self._found.get(kind, {}).get(str(key))

    def rows(self, kind: str, keys: Iterable[Any]) -> list[Any] | None:
        """All of them, or None when one is not known."""
        found = [self.row(kind, key) for key in keys]
        return None if None in found else found


def _fetch(kind: str, keys: set[str]) -> dict[str, Any]:
    if kind == "field":  # the only ones that are named by a word
        return {row.key: row for row in _rows()[kind].filter(key__in=keys)}
    rows = _rows()[kind].filter(pk__in=[key for key in keys if is_key(key)])
    return {str(row.pk): row for row in rows}


NOTHING_KNOWN = Known()
