"""Stores what Fernhill's desk keeps (demo/habits.py) and marks its tickets with it.

Rows and past events, as everything of the demo: nobody is told.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Count, Max

from accounts.models import Team, User
from core.events import DomainEvent
from core.models import EventRecord
from core.record_events import RecordCreated
from demo import habits
from demo.staff import Staff
from tickets import events
from tickets.actions.custom import free_key
from tickets.actions.merging import SOURCE_FIELDS, TARGET_FIELDS
from tickets.models import (
    AutomationRule,
    CannedReply,
    CustomField,
    LinkKind,
    Macro,
    Merge,
    Message,
    SavedView,
    Status,
    Tag,
    Ticket,
    TicketCopy,
    TicketLink,
)

MOST_MARKED = 5000  # open tickets, so that a big demo company loads in bounded time
Happening = tuple[DomainEvent, models.Model, User, datetime]


@dataclass(frozen=True)
class Kept:
    """What the marks need. at: when the desk began to keep all this."""

    staff: Staff
    team: Team
    tags: dict[str, Tag]
    fields: list[tuple[CustomField, list[str], list[Any]]]
    at: datetime
    now: datetime

    @property
    def agent(self) -> User:
        return self.staff.agents[0]


def keep_habits(staff: Staff, *, now: datetime) -> tuple[Kept, list[Happening]]:
    """Store what the desk keeps; returns it with what happened."""
    at = now - timedelta(days=400)
    tags = {name: Tag.objects.create(name=name, colour=c) for name, c in habits.TAGS.items()}
    team = Team.objects.get(name=habits.DESK)
    kept = Kept(staff, team, tags, [], at, now)
    happened: list[Happening] = [
        (events.TagCreated(title=name), tag, kept.agent, at) for name, tag in tags.items()
    ]
    texts = _texts(kept)
    rows: list[Any] = [*texts.values(), *_macros(kept, texts), *_views(kept), *_fields(kept)]
    happened += [(RecordCreated(str(row)), row, kept.agent, at) for row in rows]
    happened += [
        (events.AutomationRuleCreated(title=rule.name), rule, staff.manager, at)
        for rule in _rules(kept)
    ]
    return kept, happened


def _audience(kept: Kept, audience: str) -> dict[str, Any]:
    return {
        "owner": kept.agent if audience == habits.OWN else None,
        "team": kept.team if audience == habits.TEAM else None,
    }


def _texts(kept: Kept) -> dict[str, CannedReply]:
    return {
        text.name: CannedReply.objects.create(
            name=text.name,
            shortcut=text.shortcut,
            category=kept.staff.categories.get(text.category),
            body=text.body,
            uses=40 - 3 * number,
            **_audience(kept, text.audience),
        )
        for number, text in enumerate(habits.TEXTS)
    }


def _macros(kept: Kept, texts: dict[str, CannedReply]) -> list[Macro]:
    rows: dict[str, dict[str, Any]] = {"reply": texts, "category": kept.staff.categories}
    return [
        Macro.objects.create(
            name=name,
            steps=[
                {"do": do, "value": str(rows[do][value].pk) if do in rows else value}
                for do, value in steps
            ],
            after=after,
            uses=20 - 3 * number,
            **_audience(kept, audience),
        )
        for number, (name, audience, steps, after) in enumerate(habits.MACROS)
    ]


def _rules(kept: Kept) -> list[AutomationRule]:
    return [
        AutomationRule.objects.create(
            name=habit.name,
            position=number,
            is_enabled=True,
            trigger=habit.trigger,
            every_minutes=habit.every_minutes,
            conditions=habit.conditions,
            deeds=_deeds(kept, habit.deeds),
        )
        for number, habit in enumerate(habits.RULES, 1)
    ]


def _deeds(kept: Kept, deeds: dict[str, Any]) -> dict[str, Any]:
    found = dict(deeds)
    if "category" in found:
        found["category"] = str(kept.staff.categories[found["category"]].pk)
    if "tags_on" in found:
        found["tags_on"] = [str(kept.tags[name].pk) for name in found["tags_on"]]
    return found


def _views(kept: Kept) -> Iterator[SavedView]:
    rows: dict[str, Any] = {"category": kept.staff.categories, "tag": kept.tags}
    for name, audience, query, sort, columns in habits.VIEWS:
        yield SavedView.objects.create(
            owner=kept.agent,
            team=kept.team if audience == habits.TEAM else None,
            name=name,
            query={
                key: [str(rows[key][value].pk) if key in rows else value for value in values]
                for key, values in query.items()
            },
            sort=sort,
            columns=columns,
        )


def _fields(kept: Kept) -> Iterator[CustomField]:
    for position, (label, kind, choices, of, is_public, values) in enumerate(habits.FIELDS):
        field = CustomField.objects.create(
            label=label,
            key=free_key(label),
            kind=kind,
            choices=choices,
            is_public=is_public,
            position=position,
        )
        field.categories.set([kept.staff.categories[name] for name in of])
        kept.fields.append((field, of, values))
        yield field


def mark_tickets(kept: Kept) -> Iterator[Happening]:
    """Give the open tickets what a desk gives them; yields what happened, in order."""
    live = Ticket.objects.exclude(status=Status.CLOSED).exclude(touched_at=None)
    tickets = list(live.select_related("category", "customer").order_by("-pk")[:MOST_MARKED])
    rows = EventRecord.objects.filter(
        subject_type=Ticket._meta.label_lower, subject_id__in=[ticket.pk for ticket in tickets]
    )
    last = dict(rows.values_list("subject_id").annotate(at=Max("occurred_at")))
    for number, ticket in enumerate(tickets):
        at = min(last[ticket.pk] + timedelta(minutes=2), kept.now)
        happened = [*_tagged(kept, ticket), *_filled(kept, ticket, number)]
        yield from ((one, ticket, kept.agent, at) for one in happened)
    Ticket.objects.bulk_update(tickets, ["tag_ids", "custom"], batch_size=1000)
    yield from _linked(kept, tickets)
    yield from _snoozed(kept)
    yield from _copied(kept)
    yield from _merged(kept)


def _tagged(kept: Kept, ticket: Ticket) -> Iterator[DomainEvent]:
    names = [name for name, fits in _reasons(ticket).items() if fits]
    if names:
        ticket.tag_ids = sorted(kept.tags[name].pk for name in names)
        yield events.TagsChanged(words=f"{', '.join(names)} added", added=names, removed=[])


def _reasons(ticket: Ticket) -> dict[str, bool]:
    category = str(ticket.category)
    return {
        "Care Plus": ticket.customer.name == "Brightwell Dental",
        "New starter": "colleague" in ticket.subject or "starter" in ticket.subject.lower(),
        "On site": ticket.booking_id is not None,
        "Outage": category == "Tills and payment" and ticket.priority <= 2,
        "Security": category == "Security",
        "Waiting for parts": ticket.status == Status.ON_HOLD,
    }


def _filled(kept: Kept, ticket: Ticket, number: int) -> Iterator[DomainEvent]:
    fitting = [
        (field, values[number % len(values)])
        for field, names, values in kept.fields
        if str(ticket.category) in names
    ]
    given = {field: value for field, value in fitting if value != ""}
    if given:
        ticket.custom = {field.key: value for field, value in given.items()}
        labels = ", ".join(field.label for field in given)
        yield events.CustomValuesChanged(fields=labels, keys=[field.key for field in given])


def _linked(kept: Kept, tickets: list[Ticket]) -> Iterator[Happening]:
    """A problem with its incidents, and the tickets of a printer that fails again and again."""
    network = [one for one in tickets if str(one.category) in ("Network and VPN", "Wi-Fi")][::-1]
    for incident in network[1:4]:
        yield from _link(kept, network[0], incident, LinkKind.PROBLEM)
    again = Ticket.objects.filter(device__in=[one.device_id for one in tickets if one.device_id])
    often = again.values("device").annotate(n=Count("pk")).order_by("-n", "device")[:1]
    for row in often:
        older, newer = list(again.filter(device=row["device"]).order_by("-pk")[:2])[::-1]
        yield from _link(kept, older, newer, LinkKind.RELATED)


def _link(kept: Kept, source: Ticket, target: Ticket, kind: LinkKind) -> Iterator[Happening]:
    at = kept.now - timedelta(minutes=12)
    TicketLink.objects.create(
        source=source, target=target, kind=kind, created_at=at, created_by=kept.agent
    )
    words = ("problem", "incident") if kind == LinkKind.PROBLEM else ("related", "related")
    for here, other, word in ((target, source, words[0]), (source, target, words[1])):
        said = events.LinkAdded(other_id=other.pk, other=other.reference, kind=kind, words=word)
        yield said, here, kept.agent, at


def _snoozed(kept: Kept) -> Iterator[Happening]:
    """The scanner of a practice that is closed for two days."""
    rows = Ticket.objects.filter(status=Status.WAITING, customer__name="Brightwell Dental")
    for ticket in rows.order_by("pk")[:1]:
        until = (kept.now + timedelta(days=2)).replace(hour=8, minute=0, second=0, microsecond=0)
        ticket.wakes_at, ticket.wakes_open = until, True
        ticket.save(update_fields=["wakes_at", "wakes_open"])
        said = events.TicketSnoozed(until=until.isoformat(), opens=True)
        yield said, ticket, kept.agent, kept.now - timedelta(minutes=8)


def _copied(kept: Kept) -> Iterator[Happening]:
    """The front office reads along what the hotel's manager asks."""
    rows = Ticket.objects.filter(customer__name="Casa Verde Hotels", booking__isnull=False)
    for ticket in rows.order_by("-pk")[:1]:
        other = ticket.customer.contacts.exclude(pk=ticket.requester_id).order_by("pk")[0]
        TicketCopy.objects.create(ticket=ticket, contact=other, email=other.email)
        at = kept.now - timedelta(minutes=16)
        yield events.CopiesChanged(added=1, removed=0), ticket, kept.agent, at


def _merged(kept: Kept) -> Iterator[Happening]:
    """Two people of one office asked for the same; as tickets.actions.merging leaves it."""
    same = Ticket.objects.filter(
        customer__name="Grant Accountancy", status=Status.OPEN, subject__startswith="New starter"
    )
    pair = list(same.order_by("pk")[:2])
    if len(pair) < 2:
        return
    into, source = pair
    at = kept.now - timedelta(minutes=4)
    before = {"source": _values(source, SOURCE_FIELDS), "target": _values(into, TARGET_FIELDS)}
    into.last_customer_at = max(source.opened_at, into.opened_at)
    into.touched_at = at
    into.save(update_fields=["last_customer_at", "touched_at"])
    report = Message.objects.create(
        ticket=into,
        author=source.requester.user if source.requester else None,
        author_name=str(source.requester or source.customer),
        is_from_customer=True,
        body=source.description,
        created_at=source.opened_at,
    )
    Message.objects.filter(pk=report.pk).update(created_at=source.opened_at)
    nothing: dict[str, list[Any]] = {"tags": [], "copies": [], "followers": [], "links": []}
    Merge.objects.create(
        source=source, target=into, report=report, merged_by=kept.agent, merged_at=at,
        before=before, after={"target": _values(into, TARGET_FIELDS), "brought": nothing},
    )  # fmt: skip
    Ticket.objects.filter(pk=source.pk).update(
        status=Status.CLOSED,
        resolution=f"We deal with this in {into.reference}.",
        resolved_at=at,
        closed_at=at,
        touched_at=at,
        merged_into=into,
        merged_at=at,
    )
    said = events.TicketMerged(into_id=into.pk, into=into.reference)
    yield said, source, kept.agent, at
    received = events.MergeReceived(source_id=source.pk, source=source.reference)
    yield received, into, kept.agent, at


def _values(ticket: Ticket, names: Iterable[str]) -> dict[str, Any]:
    found = {name: getattr(ticket, name) for name in names}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in found.items()
    }
