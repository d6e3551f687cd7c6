"""Sending: take a row for a while, hand it to the outside world, write down what came of it.

At least once: the row is marked as sent after it was sent, and a row whose sender died is taken
over when its lease ends. At most twice: after two attempts of unknown outcome a person decides.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db import Error as DatabaseError
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.roles import Role
from core.events import backoff, record, ring
from notifications import transport
from notifications.events import NotificationFailed
from notifications.models import Medium, Notification, State
from notifications.querysets import NotificationQuerySet

logger = logging.getLogger(__name__)
T = TypeVar("T")
MAX_ATTEMPTS = 10  # with the waits between them about five hours
MAX_DOUBTS = 2  # so nobody gets more than two copies
AT_ONCE = 8  # messages in the air per process; one that hangs holds up no other
BATCH = 200
UNKNOWN = gettext_noop(
    "It is not known whether this arrived: the connection or the desk broke off twice while "
    "sending. Ask, then send it again if it is needed."
)


def send_due(*, now: datetime | None = None) -> int:
    """Send what is due, the oldest first; returns how many went out."""
    due = Notification.objects.due(now=now).order_by("next_attempt_at", "pk")
    for medium in (Medium.EMAIL, Medium.SMS):
        if _is_paused(medium):
            due = due.exclude(channel=medium)
    return send_rows(list(due.values_list("pk", flat=True)[:BATCH]))


def send_rows(pks: Sequence[int]) -> int:
    """Send these rows if they are due, AT_ONCE at a time; returns how many went out.

    Rows that another process has, or that wait for an earlier one, are left alone.
    """
    waiting, sent = deque(pks), 0
    in_the_air: dict[Future, Notification] = {}
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="send") as pool:
        while waiting or in_the_air:
            while waiting and len(in_the_air) < AT_ONCE:
                pk = waiting.popleft()
                row = _persistently(partial(claim, pk))
                if row is not None:
                    in_the_air[pool.submit(transport.send, row)] = row
            if not in_the_air:
                continue
            for future in wait(in_the_air, return_when=FIRST_COMPLETED).done:
                row = in_the_air.pop(future)
                waiting.extendleft(_persistently(partial(_finish, row, future)))
                sent += future.exception() is None
    return sent


@transaction.atomic
def claim(pk: int) -> Notification | None:
    """Take a due row until its lease ends; None when it is not to be sent now.

    A row whose lease ran out was perhaps sent by a process that died: that is one doubt.
    """
    now = timezone.now()
    row = (
        Notification.objects.due(now=now)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("event")
        .filter(pk=pk)
        .first()
    )
    if row is None or _is_paused(row.channel):
        return None
    if row.state == State.SENDING:
        row.doubts += 1
        if row.doubts >= MAX_DOUBTS:
            _give_up(row, UNKNOWN)
            return None
    if _has_earlier(row):
        return None
    row.state, row.lease_until = State.SENDING, now + _lease()
    row.attempts += 1
    row.save(update_fields=["state", "lease_until", "attempts", "doubts"])
    return row


def _lease() -> timedelta:
    return timedelta(seconds=settings.NOTIFICATION_LEASE_SECONDS)


def _has_earlier(row: Notification) -> bool:
    """Whether news of the same thing to the same address comes first; nobody reads backwards."""
    return _of_same_thread(row).filter(pk__lt=row.pk).exists()


def _of_same_thread(row: Notification) -> NotificationQuerySet:
    """Unsent rows to the same address about the same record; none without an event."""
    if row.event is None:
        return Notification.objects.none()
    return Notification.objects.filter(
        address=row.address,
        channel=row.channel,
        state__in=[State.QUEUED, State.SENDING],
        event__subject_type=row.event.subject_type,
        event__subject_id=row.event.subject_id,
    )


@transaction.atomic
def _finish(row: Notification, future: "Future[str]") -> list[int]:
    """Write down what came of an attempt. Returns rows that waited for this one."""
    error = future.exception()
    found = Notification.objects.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if found is None or found.state == State.SENT:
        return []
    if error is None:
        _mark_sent(found, future.result())
    elif found.state != State.SENDING or found.lease_until != row.lease_until:
        return []  # another process has it by now
    else:
        _mark_unsent(found, error)
    if found.state == State.QUEUED or found.event_id is None:
        return []
    return list(_of_same_thread(found).order_by("pk").values_list("pk", flat=True)[:1])


def _mark_sent(row: Notification, provider_id: str) -> None:
    row.state, row.sent_at, row.lease_until = State.SENT, timezone.now(), None
    row.provider_id, row.last_error = provider_id, ""
    if row.is_secret:
        row.body_text = row.body_html = ""  # its link is a key: once sent, nobody needs it here
    row.save(
        update_fields=[
            *("state", "sent_at", "lease_until", "provider_id", "last_error"),
            *("body_text", "body_html"),
        ]
    )


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
        case transport.Refused():
            _give_up(row, words)
            return
        case transport.Doubtful():
            row.doubts += 1
        case transport.Later():
            if error.is_down:
                _pause(row.channel, error.after)
        case _:
            logger.error("sending notification %s failed", row.pk, exc_info=error)
            words = f"{type(error).__name__}: {words}"
    if row.doubts >= MAX_DOUBTS:
        _give_up(row, UNKNOWN)
    elif row.attempts >= MAX_ATTEMPTS:
        _give_up(row, words)
    else:
        _try_later(row, words, getattr(error, "after", None))


def _try_later(row: Notification, words: str, after: float | None) -> None:
    wait_for = backoff(row.attempts, base=settings.NOTIFICATION_RETRY_SECONDS)
    if after is not None:
        wait_for = max(wait_for, timedelta(seconds=after))
    row.state, row.lease_until = State.QUEUED, None
    row.next_attempt_at = timezone.now() + wait_for
    row.last_error = words[:2000]
    row.save(update_fields=["state", "lease_until", "next_attempt_at", "last_error", "doubts"])


def _give_up(row: Notification, words: str) -> None:
    """No further attempt: the outbox shows why, and those who can do something are told."""
    row.state, row.lease_until, row.last_error = State.FAILED, None, words[:2000]
    row.save(update_fields=["state", "lease_until", "last_error", "doubts"])
    record(NotificationFailed(channel=row.channel), subject=row)
    _alarm()


def _alarm() -> None:
    """Ring the managers' bell: once an hour, however many messages fail."""
    now = timezone.now()
    managers = User.objects.active().with_role(Role.MANAGER, Role.ADMIN)
    Notification.objects.bulk_create(
        [
            Notification(
                user=user,
                recipient_name=user.name,
                channel=Medium.BELL,
                subject=_("Messages could not be delivered. See the outbox."),
                body_text="",
                url=reverse("notifications:outbox"),
                state=State.SENT,
                sent_at=now,
                next_attempt_at=now,
                dedupe_key=f"alarm:{now:%Y%m%d%H}:user:{user.pk}",
            )
            for user in managers
        ],
        ignore_conflicts=True,
    )
    ring("notifications.push", [user.pk for user in managers])


def _persistently(write: Callable[[], T]) -> T:
    """Run a database write until it works, for as long as the lease lasts.

    A restart of PostgreSQL between the sending and its mark would otherwise mean a second copy.
    """
    until = time.monotonic() + settings.NOTIFICATION_LEASE_SECONDS
    while True:
        try:
            return write()
        except DatabaseError:
            if connection.in_atomic_block or time.monotonic() > until:
                raise
            logger.warning("database away, the outcome of a sending waits")
            connection.close()
            time.sleep(0.2)


# --- A channel that does not answer rests, so that it holds up nobody else ----------------


def _pause(channel: str, seconds: float | None) -> None:
    _cache(lambda: cache.set(_pause_key(channel), True, seconds or _pause_seconds()))


def _pause_seconds() -> float:
    return settings.NOTIFICATION_RETRY_SECONDS


def _is_paused(channel: str) -> bool:
    return bool(_cache(lambda: cache.get(_pause_key(channel))))


def _pause_key(channel: str) -> str:
    return f"notifications:pause:{channel}"


def _cache(use: Callable[[], T]) -> T | None:
    """The cache is a convenience: without Redis nothing is paused."""
    try:
        return use()
    except Exception:
        return None
