"""Silence: what a person does not want to be told now waits, and then comes together."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from core.events import record, ring
from notifications.audiences import Person, Story
from notifications.composing import compose, compose_digest
from notifications.events import NewsGathered
from notifications.models import Medium, Notification, State
from notifications.silence import times_of
from notifications.timing import tell_at
from tickets.models import Priority

# Somebody is on the road, or a promise is broken: it is of no use the next morning.
URGENT_EVENTS = {"ticket.on_the_way", "ticket.visit_cancelled", "ticket.sla_breached"}
MOST_ROWS = 1000  # looked at in one run
MOST_GATHERED = 100  # in one message


def hold(rows: Sequence[Notification], story: Story) -> list[Notification]:
    """Mark what has to wait. Returns further lines: what is silenced is always in the bell.

    A customer's mail never waits: it is a letter, and makes no sound.
    """
    outside = [row for row in rows if row.user and row.state == State.QUEUED]
    now = timezone.now()
    times = times_of({row.user_id for row in outside if row.user_id}, now=now)
    is_urgent = story.ticket.priority == Priority.URGENT or story.event.name in URGENT_EVENTS
    held = []
    for row in outside:
        if row.user_id not in times or _is_letter(row):
            continue
        at = tell_at(times[row.user_id], row.channel, now, is_urgent=is_urgent)
        if at > now and row.channel == Medium.PUSH:
            row.state, row.last_error = State.CANCELLED, gettext("not sent: quiet hours")
            held.append(row)
        elif at > now:
            row.state, row.next_attempt_at = State.HELD, at
            held.append(row)
    return _bells(held, rows, story)


def _is_letter(row: Notification) -> bool:
    return row.channel == Medium.EMAIL and bool(row.user and row.user.is_customer)


def _bells(
    held: Sequence[Notification], rows: Sequence[Notification], story: Story
) -> list[Notification]:
    ringing = {row.user_id for row in rows if row.channel == Medium.BELL}
    silent = {row.user_id: row for row in held if row.user_id not in ringing}
    return [
        compose(story, row.rule, Person.of_user(row.user), Medium.BELL)
        for row in silent.values()
        if row.rule and row.user
    ]


def release_held(*, now: datetime | None = None) -> int:
    """Send on what has waited long enough, each person's together; returns how many rows."""
    now = now or timezone.now()
    due = Notification.objects.filter(state=State.HELD, next_attempt_at__lte=now)
    found = due.order_by("next_attempt_at").values_list("user_id", "channel")[:MOST_ROWS]
    return sum(_release(user, channel, now) for user, channel in dict.fromkeys(found))


@transaction.atomic
def _release(user_id: int, channel: str, now: datetime) -> int:
    """What waited for one person by one channel. Two workers never take the same rows."""
    user = User.objects.select_for_update(skip_locked=True).filter(pk=user_id).first()
    if user is None:
        return 0
    waiting = Notification.objects.select_for_update(of=("self",)).select_related("event")
    rows = list(
        waiting.filter(
            user=user, channel=channel, state=State.HELD, next_attempt_at__lte=now
        ).order_by("pk")[:MOST_GATHERED]
    )
    if not user.is_active:
        _move(rows, state=State.UNSENT, last_error=gettext("not sent: the account was closed"))
    elif len(rows) < 2 or user.is_customer:
        _move(rows, state=State.QUEUED)
        ring("notifications.send", [row.pk for row in rows])
    else:
        _gather(rows, user)
    return len(rows)


def _move(rows: Sequence[Notification], **fields: Any) -> None:
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(**fields)


def _gather(rows: Sequence[Notification], user: User) -> None:
    """One message in place of these."""
    channel = rows[0].channel
    happened = record(NewsGathered(count=len(rows), channel=channel), subject=user)
    digest = compose_digest(Person.of_user(user), rows, happened)
    digest.save()
    _move(rows, state=State.GATHERED, digest=digest)
    ring("notifications.send", [digest.pk])
