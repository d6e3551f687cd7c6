"""Taking due rows for a while, many at once, so that no two workers send the same."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext

from notifications.actions import breaking
from notifications.actions.alarms import alarm_of_failure
from notifications.actions.allowances import refusal
from notifications.actions.outcomes import UNKNOWN, give_up
from notifications.models import Medium, Notification, State
from notifications.querysets import NotificationQuerySet

OUTSIDE = (Medium.SMS, Medium.PUSH, Medium.EMAIL)  # the few before the many
MAX_DOUBTS = 2  # so nobody gets more than two copies


def claim(limit: int, *, among: Sequence[int] | None = None) -> list[Notification]:
    """Take due rows until their lease ends, the oldest first; at most limit of each channel.

    among: only these keys. A row waits for earlier news of the same thing to the same address,
    for its provider, and for whoever holds it.
    """
    return [row for channel in OUTSIDE for row in _claim(channel, limit, among)]


@transaction.atomic
def claim_taken_over(among: Sequence[int] | None = None) -> Notification | None:
    """Take one row whose sender died with it. It was perhaps sent: that is one doubt.

    One at a time, to be sent alone: if it is what ends its worker, no other row is blamed.
    """
    now = timezone.now()
    rows = Notification.objects.filter(state=State.SENDING, lease_until__lte=now)
    if among is not None:
        rows = rows.filter(pk__in=among)
    row = _locked(rows.exclude(channel=Medium.BELL)).order_by("lease_until", "pk").first()
    if row is None or not breaking.may_claim(row.channel, 1, now=now):
        return None
    row.doubts += 1
    if row.doubts >= MAX_DOUBTS:
        give_up(row, UNKNOWN)
        return claim_taken_over(among)
    row.lease_until = now + lease()
    row.attempts += 1
    row.save(update_fields=["lease_until", "attempts", "doubts"])
    return row


@transaction.atomic
def release(rows: Sequence[Notification]) -> None:
    """Give back rows that were taken and not begun."""
    for row in rows:
        Notification.objects.filter(
            pk=row.pk, state=State.SENDING, lease_until=row.lease_until
        ).update(state=State.QUEUED, lease_until=None, attempts=F("attempts") - 1)


def lease() -> timedelta:
    return timedelta(seconds=settings.NOTIFICATION_LEASE_SECONDS)


@transaction.atomic
def _claim(channel: str, limit: int, among: Sequence[int] | None) -> list[Notification]:
    now = timezone.now()
    rows = Notification.objects.filter(
        ~Exists(_earlier()), channel=channel, state=State.QUEUED, next_attempt_at__lte=now
    )
    if among is not None:
        rows = rows.filter(pk__in=among)
    room = breaking.may_claim(channel, limit, now=now)
    if not room:
        return []
    found = list(_locked(rows).order_by("next_attempt_at", "pk")[:room])
    if not found:
        if room < limit:
            breaking.give_back(channel, now=now)
        return []
    if channel == Medium.SMS:
        found = [row for row in found if not _is_refused(row, now)]
    _take(found, now)
    return found


def _is_refused(row: Notification, now: datetime) -> bool:
    """Whether a limit holds this SMS back; the outbox says which."""
    words = refusal(row, now=now)
    if words:
        row.state, row.last_error = State.UNSENT, gettext("not sent: %s") % words
        row.save(update_fields=["state", "last_error"])
        alarm_of_failure()
    return bool(words)


def _take(rows: list[Notification], now: datetime) -> None:
    until = now + lease()
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=State.SENDING, lease_until=until, attempts=F("attempts") + 1
    )
    for row in rows:
        row.state, row.lease_until = State.SENDING, until
        row.attempts += 1


def _locked(rows: NotificationQuerySet) -> NotificationQuerySet:
    return rows.select_for_update(skip_locked=True, of=("self",)).select_related("event", "device")


def _earlier() -> NotificationQuerySet:
    """Unsent news of the same thing to the same address; nobody reads backwards."""
    return Notification.objects.filter(
        address=OuterRef("address"),
        channel=OuterRef("channel"),
        state__in=[State.QUEUED, State.SENDING],
        event__subject_type=OuterRef("event__subject_type"),
        event__subject_id=OuterRef("event__subject_id"),
        pk__lt=OuterRef("pk"),
    )
