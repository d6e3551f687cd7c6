"""Filters of the ticket lists."""

from functools import cache
from typing import Any

from django.db import connection
from django.db.models import CharField, F, Model, Q, Value
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import FilterSet

from accounts.models import Team
from core.filters import ChoicesFilter, SearchFilter
from technicians.models import Technician
from tickets.custom_filters import field_rows, fields_of
from tickets.models import Category, Priority, Status, Tag, Ticket, TicketChannel
from tickets.querysets import has_tag

Choices = list[tuple[str, str]]
_NAMED: dict[str, tuple[type[Model], str]] = {
    "category": (Category, "name"),
    "team": (Team, "name"),
    "technician": (Technician, "user__name"),
    "tag": (Tag, "name"),
}
OPTIONS = 300  # of a filter: nobody ticks one of thousands, and the page must not hold them


def options() -> dict[str, Choices]:
    """What categories, teams, people and tags there are to choose from, in one query."""
    found: dict[str, Choices] = {
        "category": [],
        "team": [],
        "technician": [],
        "tag": [],
        "field": [],
    }
    with connection.cursor() as cursor:
        cursor.execute(*_options_sql())
        for kind, key, word in cursor.fetchall():
            found[kind].append((str(key), word))
    return found


@cache
def _options_sql() -> tuple[str, tuple[Any, ...]]:
    """Always the same, and asked by every page of the queue: put together once."""
    parts = [
        rows.annotate(kind=Value(kind, CharField()), key=F("pk"), word=F(name))
        .order_by("word")
        .values_list("kind", "key", "word")[:OPTIONS]
        for kind, rows, name in (
            ("category", Category.objects.filter(is_active=True), "name"),
            ("team", Team.objects.all(), "name"),
            ("technician", Technician.objects.assignable(), "user__name"),
            ("tag", Tag.objects.all(), "name"),
        )
    ]
    parts.append(field_rows())
    sql, values = parts[0].union(*parts[1:], all=True).query.sql_with_params()
    return sql, tuple(values)


class TicketSearchFilter(SearchFilter):
    """The box `q` over tickets: notes are searched only for those who may read them."""

    def filter(self, qs: Any, value: str) -> Any:
        return qs.search(value, reader=self.parent.request.user) if value else qs


class TagsFilter(ChoicesFilter):
    """Any of several tags."""

    def filter(self, qs: Any, value: list[str]) -> Any:
        if not value:
            return qs
        asked = has_tag(int(key) for key in value if key != self.null_value)
        return qs.filter(asked | Q(tag_ids=[]) if self.null_value in value else asked)


class TicketFilter(FilterSet):
    """The filter bar of the desk's queue."""

    q = TicketSearchFilter()
    status = ChoicesFilter(choices=Status.choices, label=gettext_lazy("Status"))
    priority = ChoicesFilter(choices=Priority.choices, label=gettext_lazy("Priority"))
    category = ChoicesFilter(label=gettext_lazy("Category"))
    team = ChoicesFilter(label=gettext_lazy("Team"))
    technician = ChoicesFilter(label=gettext_lazy("Assignee"))
    tag = TagsFilter(label=gettext_lazy("Tags"))
    channel = ChoicesFilter(choices=TicketChannel.choices, label=gettext_lazy("Channel"))

    class Meta:
        model = Ticket
        fields: list[str] = []

    def __init__(self, *args: Any, known: dict[str, Choices] | None = None, **kwargs: Any) -> None:
        """known: what options() answered, for a page that needs several of these filters."""
        super().__init__(*args, **kwargs)
        self.options = options() if known is None else known
        nothing = {
            "category": _("No category"), "team": _("No team"), "technician": _("Nobody"),
            "tag": _("No tags"),
        }  # fmt: skip
        for field in fields_of(self.options):
            self.filters[field.filter_name] = field.make_filter()
        for name in nothing:
            choices = [*self.options[name], *self._asked_besides(name)]
            self.filters[name].extra["choices"] = [("null", nothing[name]), *choices]

    def _asked_besides(self, name: str) -> Choices:
        """What the address names although it is not offered: a category out of use, a colleague
        who left, the tag after the last one shown. A kept view goes on finding its tickets.
        """
        model, word = _NAMED[name]
        values = self.data.getlist(name) if isinstance(self.data, QueryDict) else []
        offered = {key for key, _word in self.options[name]}
        keys = {v for v in values if v.isascii() and v.isdecimal() and len(v) < 10} - offered
        if not keys:
            return []
        rows = model._default_manager.filter(pk__in=keys).values_list("pk", word)
        return [(str(key), label) for key, label in rows.order_by("pk")[:OPTIONS]]
