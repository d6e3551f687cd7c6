"""Writing down what came of attempts to send."""

import logging
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from core.events import backoff, record
from notifications import transport
from notifications.actions.alarms import alarm_of_failure
from notifications.actions.breaking import note_answer, note_silence
from notifications.actions.sms import OPTED_OUT, stop_number, words_of
from notifications.events import NotificationFailed
from notifications.models import Notification, PushDevice, State
from notifications.transport import Receipt

logger = logging.getLogger(__name__)
MAX_ATTEMPTS = 10  # with the waits between them about five hours
MAX_DOUBTS = 2
UNKNOWN = gettext_noop(
    "It is not known whether this arrived: the connection or the desk broke off twice while "
    "sending. Ask, then send it again if it is needed."
)
Attempt = tuple[Notification, "Future[Receipt]"]


@transaction.atomic
def finish(attempts: Sequence[Attempt]) -> None:
    """Write down what came of these attempts, all successes in one statement."""
    plain, answered = [], set()
    for row, future in attempts:
        error = future.exception()
        if error is not None:
            _finish_failed(row, error)
            continue
        answered.add(row.channel)
        receipt = future.result()
        if receipt == Receipt() and not row.is_secret:
            plain.append(row.pk)
        else:
            _finish_sent(row, receipt)
    if plain:
        Notification.objects.filter(pk__in=plain).exclude(state=State.SENT).update(
            state=State.SENT, sent_at=timezone.now(), lease_until=None, last_error=""
        )
    for channel in sorted(answered):
        note_answer(channel)


def _finish_sent(row: Notification, receipt: Receipt) -> None:
    found = Notification.objects.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if found is None:
        return
    if receipt.segments:
        found.segments = receipt.segments
        found.save(update_fields=["segments"])
    if found.state == State.SENT or found.delivery:
        return  # Twilio's report was quicker than its answer
    found.state, found.sent_at, found.lease_until = State.SENT, timezone.now(), None
    found.provider_id, found.last_error = receipt.provider_id, ""
    if found.is_secret:
        found.body_text = found.body_html = ""  # its link is a key: once sent, nobody needs it
    found.save(
        update_fields=[
            *("state", "sent_at", "lease_until", "provider_id", "last_error"),
            *("body_text", "body_html"),
        ]
    )


def _finish_failed(row: Notification, error: BaseException) -> None:
    _tell_breaker(row, error)
    rows = Notification.objects.select_for_update(of=("self",)).select_related("event")
    found = rows.filter(pk=row.pk, state=State.SENDING, lease_until=row.lease_until).first()
    if found is not None:  # else another process has it by now
        _mark_unsent(found, error)


def _forget_device(row: Notification, words: str) -> None:
    """Nothing is sent there again; what was is in the bell."""
    row.state, row.lease_until, row.last_error = State.CANCELLED, None, words[:2000]
    row.save(update_fields=["state", "lease_until", "last_error"])
    if row.device_id is not None:
        PushDevice.objects.filter(pk=row.device_id).delete()


def _tell_breaker(row: Notification, error: BaseException) -> None:
    is_silence = isinstance(error, transport.Doubtful)
    if is_silence or (isinstance(error, transport.Later) and error.is_down):
        begun_at = (row.lease_until or timezone.now()) - timedelta(
            seconds=settings.NOTIFICATION_LEASE_SECONDS
        )
        after = getattr(error, "after", None)
        note_silence(row.channel, str(error), after=after, begun_at=begun_at)
    elif isinstance(error, (transport.Refused, transport.Later)):
        note_answer(row.channel)  # not what we hoped for, but it answers


def _mark_unsent(row: Notification, error: BaseException) -> None:
    logger.info("notification %s was not sent: %s", row.pk, error)
    words = str(error)
    match error:
        case transport.NotConfigured():
            row.state, row.lease_until = State.UNSENT, None
            row.last_error = f"not sent: {words}"
            row.attempts -= 1
            row.save(update_fields=["state", "lease_until", "last_error", "attempts"])
            return
        case transport.Gone():
            _forget_device(row, words)
            return
        case transport.Refused():
            if error.code == OPTED_OUT:
                stop_number(row.address, words_of(OPTED_OUT))
            give_up(row, words)
            return
        case transport.Doubtful():
            row.doubts += 1
        case transport.Unreachable():
            row.attempts -= 1
        case transport.Later():
            pass
        case _:
            logger.error("sending notification %s failed", row.pk, exc_info=error)
            words = f"{type(error).__name__}: {words}"
    if row.doubts >= MAX_DOUBTS:
        give_up(row, UNKNOWN)
    elif row.attempts >= MAX_ATTEMPTS:
        give_up(row, words)
    else:
        _try_later(row, words, getattr(error, "after", None))


def _try_later(row: Notification, words: str, after: float | None) -> None:
    wait_for = backoff(max(row.attempts, 1), base=settings.NOTIFICATION_RETRY_SECONDS)
    if after is not None:
        wait_for = max(wait_for, timedelta(seconds=after))
    row.state, row.lease_until = State.QUEUED, None
    row.next_attempt_at = timezone.now() + wait_for
    row.last_error = words[:2000]
    row.save(
        update_fields=[
            *("state", "lease_until", "next_attempt_at", "last_error", "doubts", "attempts"),
        ]
    )


@transaction.atomic
def give_up(row: Notification, words: str) -> None:
    """No further attempt: the outbox shows why, and those who can do something are told."""
    row.state, row.lease_until, row.last_error = State.FAILED, None, words[:2000]
    row.save(update_fields=["state", "lease_until", "last_error", "doubts"])
    record(NotificationFailed(channel=row.channel), subject=row)
    alarm_of_failure()
