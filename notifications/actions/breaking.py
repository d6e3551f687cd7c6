"""A provider that does not answer rests, so that nobody hammers it and it holds up nobody.

After FAILURES in a row, or when it asks for a pause itself, nothing is sent by that channel. When
its time is over a single message tries; it closes the breaker or opens it for longer. The row
stands in PostgreSQL: all workers go by the same one, and it outlives them.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.events import backoff, record
from notifications.actions.alarms import alarm
from notifications.events import ProviderRecovered, ProviderStopped
from notifications.models import Breaker, Medium, Notification, State

FAILURES = 5
LONGEST_REST = 300.0  # seconds between two tries


def may_claim(channel: str, wanted: int, *, now: datetime) -> int:
    """How many messages may go: all, none, or one that tries. Give the try back if none is due."""
    row = Breaker.objects.filter(channel=channel, opened_at__isnull=False).first()
    if row is None:
        return wanted
    lease = timedelta(seconds=settings.NOTIFICATION_LEASE_SECONDS)
    mine = Breaker.objects.filter(pk=row.pk, opened_at__isnull=False, retry_at__lte=now)
    return mine.update(retry_at=now + lease)


def give_back(channel: str, *, now: datetime) -> None:
    """Nothing was due, so nothing tried: the next one may."""
    Breaker.objects.filter(channel=channel, opened_at__isnull=False).update(retry_at=now)


@transaction.atomic
def note_answer(channel: str) -> None:
    """It answers: what waited because of it goes now."""
    troubled = Breaker.objects.filter(Q(failures__gt=0) | Q(opened_at__isnull=False))
    row = troubled.select_for_update().filter(channel=channel).first()
    if row is None:
        return
    was_open = row.is_open
    row.failures = row.openings = 0
    row.opened_at = row.retry_at = None
    row.save(update_fields=["failures", "openings", "opened_at", "retry_at"])
    if was_open:
        record(ProviderRecovered(channel=channel), subject=row)
        waiting = Notification.objects.filter(channel=channel, state=State.QUEUED, attempts__gt=0)
        waiting.update(next_attempt_at=timezone.now())


@transaction.atomic
def note_silence(channel: str, words: str, *, after: float | None, begun_at: datetime) -> None:
    """One message met no answer. begun_at: those begun before it opened say nothing new."""
    now = timezone.now()
    Breaker.objects.get_or_create(channel=channel)
    row = Breaker.objects.select_for_update().get(channel=channel)
    row.failures += 1
    row.last_error = words[:500]
    if row.opened_at is None and (row.failures >= FAILURES or after is not None):
        row.opened_at, row.openings = now, 1
        row.retry_at = now + _rest(row.openings, after)
        record(ProviderStopped(channel=channel), subject=row)
        _say(row)
    elif row.opened_at is not None and begun_at > row.opened_at:
        row.openings += 1
        row.retry_at = now + _rest(row.openings, after)
    row.save()


def _rest(openings: int, after: float | None) -> timedelta:
    rest = backoff(openings, base=settings.NOTIFICATION_RETRY_SECONDS, limit=LONGEST_REST)
    return max(rest, timedelta(seconds=after or 0))


def _say(row: Breaker) -> None:
    words = _("%(channel)s: the provider does not answer. Messages wait and go out when it does.")
    name = str(Medium(row.channel).label)
    alarm(words % {"channel": name}, key=f"breaker:{row.channel}")
