"""Which part of a ticket's timeline is shown: the word in the address, and what it keeps."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tickets.models import MessageKind

# What people did at the device, told from what the desk's machinery did.
WORK = Q(name__startswith="servicelog.") | Q(
    name__in=[
        "ticket.accepted",
        "ticket.declined",
        "ticket.on_the_way",
        "ticket.work_started",
        "ticket.visit_booked",
        "ticket.visit_cancelled",
    ]
)


@dataclass(frozen=True)
class Part:
    """One choice. messages, events: None for all of them, False for none, else a condition."""

    slug: str
    label: Any
    key: str
    empty: Any
    messages: Q | bool | None = None
    events: Q | bool | None = None

    @property
    def has_report(self) -> bool:
        """Whether the customer's description belongs to it."""
        return self.slug in {"all", "conversation"}

    def of_messages(self, rows: QuerySet) -> QuerySet:
        return _kept(rows, self.messages)

    def of_events(self, rows: QuerySet) -> QuerySet:
        return _kept(rows, self.events)


def _kept(rows: QuerySet, condition: Q | bool | None) -> QuerySet:
    if condition is None:
        return rows
    return rows.filter(condition) if isinstance(condition, Q) else rows.none()


ALL = Part("all", _("All"), "1", "")
PARTS = {
    part.slug: part
    for part in (
        ALL,
        Part(
            "conversation", _("Conversation"), "2", "",
            messages=Q(kind=MessageKind.REPLY), events=False,
        ),
        Part(
            "notes", _("Notes"), "3", _("No internal notes yet."),
            messages=Q(kind=MessageKind.NOTE), events=False,
        ),
        Part("work", _("Work"), "4", _("No work yet."), messages=False, events=WORK),
        Part("system", _("System"), "5", _("Nothing yet."), messages=False, events=~WORK),
    )
}  # fmt: skip


def part_of(word: str) -> Part:
    """The part an address asks for; 400 for a word that is none."""
    if word not in PARTS:
        raise BadRequest("no such part of a timeline")
    return PARTS[word]
