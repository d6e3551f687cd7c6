"""Which tickets a rule is for: the filters of the queue, and a few that only rules need.

A filter added to TicketFilter is a condition by itself. A condition of rules alone is one class
here. Values are stored as a saved view keeps them: name -> list of texts.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.errors import RuleError
from core.text import one_line
from tickets.filters import TicketFilter
from tickets.models import Message, MessageKind, Ticket

HOURS_MOST = 8_760  # a year
PHRASES_MOST, PHRASE_LENGTH = 20, 100
NOT_HERE = {"q"}  # the search box asks an index that a worker fills later
Conditions = Mapping[str, list[str]]
EXTRA: dict[str, "Condition"] = {}


class ConditionRefused(RuleError):
    """A condition asks for something that cannot be asked."""

    status = 422


class Condition(ABC):
    """A condition that only rules have. Instances hold nothing."""

    key: ClassVar[str]
    label: ClassVar[str | Promise]

    def __init_subclass__(cls) -> None:
        if not getattr(cls, "is_base", False):
            EXTRA[cls.key] = cls()

    @abstractmethod
    def field(self) -> forms.Field:
        """How it is typed."""

    @abstractmethod
    def narrow(self, rows: QuerySet, values: list[str], now: datetime) -> QuerySet:
        """The tickets that meet it at this moment."""

    @abstractmethod
    def words(self, values: list[str]) -> str:
        """It, in words."""

    def stored(self, typed: Any) -> list[str]:
        """What the form read, as it is kept; empty for no such condition."""
        return [] if typed in (None, "") else [str(typed)]

    def shown(self, values: list[str]) -> Any:
        """What is kept, as the form shows it."""
        return values[0] if values else None


class TextContains(Condition):
    """Any of the phrases, one a line, in the subject, the description or the newest words of the
    customer."""

    key, label = "text", _("Text contains")

    def field(self) -> forms.Field:
        return forms.CharField(
            label=self.label,
            required=False,
            max_length=PHRASES_MOST * (PHRASE_LENGTH + 2),
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text=_("One phrase a line; any of them, in the subject, the description or the "
                        "customer's newest message."),
        )  # fmt: skip

    def stored(self, typed: Any) -> list[str]:
        lines = [one_line(line) for line in (typed or "").splitlines()]
        phrases = list(dict.fromkeys(line for line in lines if line))
        if len(phrases) > PHRASES_MOST or any(len(line) > PHRASE_LENGTH for line in phrases):
            raise ConditionRefused(
                _("Give 20 phrases at most, each of 100 characters at most."), field="if_text"
            )
        return phrases

    def shown(self, values: list[str]) -> str:
        return "\n".join(values)

    def narrow(self, rows: QuerySet, values: list[str], now: datetime) -> QuerySet:
        said = Message.objects.filter(
            ticket=OuterRef("pk"), kind=MessageKind.REPLY, is_from_customer=True
        )
        newest = Subquery(said.order_by("-created_at", "-id").values("body")[:1])
        asked = Q()
        for phrase in values:
            asked |= Q(subject__icontains=phrase) | Q(description__icontains=phrase)
            asked |= Q(newest_words__icontains=phrase)
        return rows.alias(newest_words=newest).filter(asked)

    def words(self, values: list[str]) -> str:
        return gettext("text contains %(phrases)s") % {
            "phrases": gettext(" or ").join(f"“{phrase}”" for phrase in values)
        }


class HoursSince(Condition):
    """At least so many hours ago."""

    is_base = True

    def __init_subclass__(cls) -> None:
        EXTRA[cls.key] = cls()

    def field(self) -> forms.Field:
        return forms.IntegerField(
            label=self.label, required=False, min_value=1, max_value=HOURS_MOST
        )

    def narrow(self, rows: QuerySet, values: list[str], now: datetime) -> QuerySet:
        return self.before(rows, now - timedelta(hours=int(values[0])))

    @abstractmethod
    def before(self, rows: QuerySet, limit: datetime) -> QuerySet:
        """Those for which it was then, or earlier."""

    def words(self, values: list[str]) -> str:
        hours = int(values[0])
        counted = ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
        return f"{self.label}: {counted}"


class SinceOpened(HoursSince):
    key, label = "opened_hours", _("Hours since it was opened, at least")

    def before(self, rows: QuerySet, limit: datetime) -> QuerySet:
        return rows.filter(opened_at__lte=limit)


class SinceCustomer(HoursSince):
    key, label = "customer_hours", _("Hours since the customer wrote, at least")

    def before(self, rows: QuerySet, limit: datetime) -> QuerySet:
        return rows.filter(last_customer_at__lte=limit)


class SinceStaff(HoursSince):
    """A reminder that a rule sent is not the desk's word: it must not start the wait anew."""

    key, label = "staff_hours", _("Hours since a colleague wrote, at least")

    def before(self, rows: QuerySet, limit: datetime) -> QuerySet:
        said = Message.objects.filter(
            ticket=OuterRef("pk"),
            kind=MessageKind.REPLY,
            is_from_customer=False,
            is_automatic=False,
        )
        return rows.filter(
            Exists(said.filter(created_at__lte=limit)),
            ~Exists(said.filter(created_at__gt=limit)),
            last_staff_at__isnull=False,
        )


def narrowed(
    rows: QuerySet, conditions: Conditions, *, now: datetime, only_lasting: bool = False
) -> QuerySet:
    """The tickets that meet all of the conditions. Raises ConditionRefused.

    only_lasting: leave out those that depend on the moment.
    """
    found = _filtered(rows, conditions)
    for key, condition in EXTRA.items():
        values = conditions.get(key)
        if values and not (only_lasting and isinstance(condition, HoursSince)):
            found = condition.narrow(found, values, now)
    return found


def depends_on_moment(conditions: Conditions) -> bool:
    """Whether a ticket meets them at one moment and not at another without being changed."""
    return any(isinstance(EXTRA[key], HoursSince) for key in conditions if key in EXTRA)


def filter_of(conditions: Conditions, rows: QuerySet) -> TicketFilter:
    """The filter bar with the values of a rule; what is gone since fits no ticket."""
    data = QueryDict(mutable=True)
    for name, values in conditions.items():
        if name in TicketFilter.base_filters and name not in NOT_HERE:
            data.setlist(name, values)
    named = {
        name: [(value, value) for value in conditions.get(name, []) if value != "null"]
        for name in ("category", "team", "technician", "tag")
    }
    named["field"] = []  # custom fields are no conditions yet: see rule_forms
    return TicketFilter(data, queryset=rows, request=None, known=named)


def _filtered(rows: QuerySet, conditions: Conditions) -> QuerySet:
    unknown = set(conditions) - set(TicketFilter.base_filters) - set(EXTRA)
    if unknown:  # a filter that was removed: without it the rule would fit far more tickets
        raise ConditionRefused(
            _("The condition “%(name)s” is not known any more.") % {"name": min(unknown)}
        )
    if not set(conditions) - set(EXTRA):
        return rows
    asked = filter_of(conditions, rows)
    if not asked.form.is_valid():
        name = next(iter(asked.form.errors))
        label = asked.form[name].label if name in asked.form.fields else name
        raise ConditionRefused(
            _("The condition “%(name)s” names something that is gone.") % {"name": label}
        )
    return asked.qs


def tickets_for(conditions: Conditions, *, now: datetime) -> QuerySet:
    """Open and resolved tickets that meet them; a closed or merged one is nobody's work."""
    return narrowed(Ticket.objects.exclude(status="closed"), conditions, now=now)
