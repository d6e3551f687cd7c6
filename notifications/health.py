"""How long messages have been waiting."""

import sys
from datetime import timedelta
from functools import partial

from django.utils import timezone

from core.health import WAITING_LIMIT_SECONDS, figure, seconds_since
from notifications.models import Breaker, Medium, Notification, State

COUNTED = 10_001
MOST_SENT = 100_000


@figure("oldest_message_seconds", limit=WAITING_LIMIT_SECONDS)
def oldest_message() -> int:
    """How long the message that is most overdue has been due."""
    return max(oldest_of(channel) for channel in (Medium.EMAIL, Medium.SMS, Medium.PUSH))


@figure("held_message_seconds", limit=WAITING_LIMIT_SECONDS)
def held_message() -> int:
    """How long the held message that should be out longest should have been."""
    held = Notification.objects.filter(state=State.HELD, next_attempt_at__lte=timezone.now())
    return seconds_since(
        held.order_by("next_attempt_at").values_list("next_attempt_at", flat=True).first()
    )


def oldest_of(channel: str) -> int:
    """Per channel, as the index goes."""
    waiting = Notification.objects.due().filter(channel=channel).order_by("next_attempt_at")
    return seconds_since(waiting.values_list("next_attempt_at", flat=True).first())


def waiting(channel: str) -> int:
    """Queued, counted no further than COUNTED."""
    return Notification.objects.filter(channel=channel, state=State.QUEUED)[:COUNTED].count()


def sent_in_minute(channel: str) -> int:
    """How many went out in the last minute, counted no further than it matters."""
    since = timezone.now() - timedelta(minutes=1)
    rows = Notification.objects.filter(state=State.SENT, sent_at__gt=since, channel=channel)
    return rows.exclude(channel=Medium.BELL)[:MOST_SENT].count()


def _show(channel: str) -> None:
    figure(f"{channel}_waiting", limit=COUNTED - 1)(partial(waiting, channel))
    figure(f"{channel}_sent_in_minute", limit=sys.maxsize)(partial(sent_in_minute, channel))

    @figure(f"{channel}_provider_stopped", limit=0)
    def is_stopped() -> int:
        return int(Breaker.objects.filter(channel=channel, opened_at__isnull=False).exists())


for _channel in (Medium.EMAIL, Medium.SMS):
    _show(_channel)
