"""The timeline of a ticket: messages, files and what happened, in one order."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import BadRequest
from django.db.models import OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from core.models import EventRecord
from core.text import is_key
from tickets.models import Mention, MessageKind, Ticket, TicketFile
from tickets.timeline_filter import ALL, Part

PAGE = 60
# Said by the message itself or the rail, so no line of their own.
SILENT = ("ticket.customer_replied", "ticket.staff_replied", "ticket.note_added", "ticket.opened",
          "ticket.thanks_filed",
          "ticket.reply_queued", "ticket.follower_added", "ticket.follower_removed",
          "ticket.staff_mentioned")  # fmt: skip
ICONS = {
    "ticket.link_added": "link",
    "ticket.link_removed": "unlink",
    "ticket.split": "arrow-forward-up",
    "ticket.split_received": "arrow-forward-up",
    "ticket.message_moved": "arrow-forward-up",
    "ticket.message_received": "arrow-forward-up",
    "ticket.assigned": "user-plus",
    "ticket.unassigned": "user-question",
    "ticket.no_technician_found": "alert-triangle",
    "ticket.resolved": "circle-check",
    "ticket.closed": "archive",
    "ticket.reopened": "refresh",
    "ticket.on_the_way": "car",
    "ticket.accepted": "check",
    "ticket.work_started": "player-play",
    "ticket.visit_booked": "calendar-event",
    "ticket.visit_cancelled": "calendar-off",
    "ticket.merged": "arrow-merge",
    "ticket.merge_received": "arrow-merge",
    "ticket.merge_undone": "arrow-back-up",
    "ticket.edited": "pencil",
    "ticket.snoozed": "clock-pause",
    "ticket.snooze_ended": "sun",
    "ticket.copies_changed": "users",
    "ticket.copies_proposed": "users",
    "ticket.copy_left_out": "users",
    "ticket.reply_held": "clock-pause",
    "ticket.mail_bounced": "alert-circle",
    "ticket.reply_undone": "arrow-back-up",
    "ticket.macro_ran": "player-play",
    "servicelog.logged": "tool",
}


@dataclass(frozen=True)
class ShownFile:
    """A file as a page shows it; size in bytes."""

    name: str
    size: int
    url: str
    image: bool


@dataclass(frozen=True)
class Entry:
    """One entry. kind: customer, staff, note, or event (then `words` is its sentence)."""

    at: datetime
    kind: str
    author: str
    words: str
    icon: str = ""
    files: list[ShownFile] = field(default_factory=list)
    copies: list[str] = field(default_factory=list)  # addresses in Cc
    key: int = 0
    is_thanks: bool = False
    mentions: list[str] = field(default_factory=list)  # names a note has behind an @

    @property
    def place(self) -> "Place":
        """Where it stands: entries of one instant keep their order."""
        return Place(self.at, int(self.kind == "event"), self.key)


@dataclass(frozen=True, order=True)
class Place:
    """A place in a timeline: moment, messages before events, key."""

    at: datetime
    is_event: int
    key: int

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}_{self.is_event}_{self.key}"

    @classmethod
    def read(cls, text: str) -> "Place":
        """The place in an address; 400 for anything else."""
        moment, _bar, rest = text.partition("_")
        is_event, _bar, key = rest.partition("_")
        try:
            at = parse_datetime(moment)
            if at is None or at.tzinfo is None or is_event not in {"0", "1"}:
                raise BadRequest("no place in a timeline")
            if not is_key(key):
                raise BadRequest("no place in a timeline")
            return cls(at.astimezone(UTC), int(is_event), int(key))
        except (ValueError, OverflowError) as error:
            raise BadRequest("no place in a timeline") from error

    def earlier(self, rows: QuerySet, moment: str, *, is_event: int) -> QuerySet:
        """Those of the rows that stand before this place. moment: their column."""
        if is_event > self.is_event:
            return rows.filter(**{f"{moment}__lt": self.at})
        if is_event < self.is_event:
            return rows.filter(**{f"{moment}__lte": self.at})
        same = Q(**{moment: self.at, "pk__lt": self.key})
        return rows.filter(Q(**{f"{moment}__lt": self.at}) | same)


def timeline(
    ticket: Ticket, *, before: Place | None = None, part: Part = ALL, limit: int = PAGE
) -> tuple[list[Entry], Place | None]:
    """(entries oldest first, place to ask for earlier ones with, or None at the beginning).

    For staff: it holds internal notes. Two queries, whatever the length; files are added by
    tickets.ticket_page.add_files.
    """
    sent = ticket.messages.exclude(kind=MessageKind.OUT)
    messages = part.of_messages(sent.order_by("-created_at", "-id"))
    events = EventRecord.objects.filter(
        subject_type="tickets.ticket", subject_id=ticket.pk
    ).exclude(name__in=SILENT).order_by("-occurred_at", "-id")  # fmt: skip
    events = part.of_events(events)
    if before is not None:
        messages = before.earlier(messages, "created_at", is_event=0)
        events = before.earlier(events, "occurred_at", is_event=1)
    rows = list(messages.values_list(*_PARTS, _named())[: limit + 1])
    happened = list(events[: limit + 1])
    entries = [_of_message(row) for row in rows] + [_of_event(row) for row in happened]
    entries.sort(key=lambda entry: entry.place)
    more = len(rows) > limit or len(happened) > limit or len(entries) > limit
    entries = entries[-limit:]
    return entries, (entries[0].place if more and entries else None)


def shown_files(files: Iterable[TicketFile], page: str = "tickets:attachment") -> list[ShownFile]:
    """Files as the page shows them; page: url name that serves them."""
    return [
        ShownFile(
            row.stored.name, row.stored.size_bytes, reverse(page, args=[row.pk]),
            row.stored.is_image,
        )
        for row in files
    ]  # fmt: skip


# What an entry is made of: plain values, a record for each would take twice as long.
_PARTS = ("pk", "created_at", "kind", "author_name", "is_from_customer", "body",
          "outgoing__copies", "is_thanks")  # fmt: skip


def _named() -> ArraySubquery:
    """The names a message mentions, within the query of the messages."""
    return ArraySubquery(Mention.objects.filter(message=OuterRef("pk")).values("name"))


def _of_message(values: Any) -> Entry:
    pk, created_at, kind, author, is_from_customer, body, copies, is_thanks, named = values
    if kind != MessageKind.NOTE:
        kind = "customer" if is_from_customer else "staff"
    return Entry(
        created_at,
        kind,
        author,
        body,
        copies=copies or [],
        key=pk,
        mentions=named,
        is_thanks=is_thanks,
    )


def _of_event(row: EventRecord) -> Entry:
    return Entry(
        at=row.occurred_at,
        kind="event",
        author=row.actor_name,
        words=row.sentence,
        icon=ICONS.get(row.name, "route"),
        key=row.pk,
    )
