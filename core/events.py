"""The spine: what happened is a row first, and reactions follow after the commit.

record() writes the row inside the caller's transaction. After the commit each subscriber gets
one Delivery, run by a worker. The broker is only a bell: the rows are the queue, and the sweep
rings again for whatever a crash, a full broker or a restart left behind.
This is the only module that calls on_commit() or .delay().
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from datetime import timedelta
from random import uniform
from typing import Any, ClassVar, TypeVar

from celery import current_app, shared_task
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from core.models import Delivery, EventRecord

logger = logging.getLogger(__name__)
MAX_ATTEMPTS = 8
BELL_RESTS_SECONDS = 5.0
_silent_until = 0.0  # time.monotonic(), of this process


@dataclass(frozen=True)
class DomainEvent:
    """Something that happened, in plain JSON values (ids, short labels, ISO times).

    name: "<noun>.<past tense>"; stored, so never renamed. sentence: words with {placeholders}.
    Never put message bodies or addresses in: a person must be erasable.
    """

    name: ClassVar[str]
    sentence: ClassVar[str]

    @classmethod
    def wording(cls, payload: dict[str, Any]) -> str:
        """The sentence that fits what was stored; nearly every event has only one."""
        return cls.sentence


@dataclass
class Cause:
    """Who acts without a sign-in. recorded: keys of the events it has recorded so far.

    is_person: somebody who writes by e-mail, not something that acts by itself.
    """

    name: str
    recorded: list[int]
    is_person: bool = False


_is_history: ContextVar[bool] = ContextVar("is_history", default=False)
_cause: ContextVar[Cause | None] = ContextVar("cause", default=None)
EVENTS: dict[str, type[DomainEvent]] = {}
Subscriber = Callable[[EventRecord], None]
SUBSCRIBERS: dict[str, dict[str, Subscriber]] = {}
E = TypeVar("E", bound=type[DomainEvent])


def event(cls: E) -> E:
    """Class decorator: register a DomainEvent under its name. Raises on a second of that name."""
    if cls.name in EVENTS:
        raise ValueError(f"two events are named {cls.name}")
    EVENTS[cls.name] = cls
    return cls


def on(*event_types: type[DomainEvent]) -> Callable[[Subscriber], Subscriber]:
    """Decorator: call the function with the EventRecord, after commit, at least once.

    The function runs in a transaction of its own, together with its Delivery row.
    """

    def register(function: Subscriber) -> Subscriber:
        key = f"{function.__module__}.{function.__name__}"
        for event_type in event_types:
            SUBSCRIBERS.setdefault(event_type.name, {})[key] = function
        return function

    return register


@contextmanager
def history() -> Iterator[None]:
    """What is recorded inside happened long ago, elsewhere: nobody reacts and nobody is told.

    For imports. The events are stored as already dispatched.
    """
    token = _is_history.set(True)
    try:
        yield
    finally:
        _is_history.reset(token)


@contextmanager
def caused_by(name: str) -> Iterator[list[int]]:
    """What is recorded inside without an actor was done by this name, such as "Rule: Urgent".

    Yields a list that fills with the keys of the events recorded inside. Open it inside the
    transaction, so that what follows the commit is not taken for a part of it.
    """
    cause = Cause(name, [])
    token = _cause.set(cause)
    try:
        yield cause.recorded
    finally:
        _cause.reset(token)


@contextmanager
def spoken_by(name: str) -> Iterator[None]:
    """What is recorded inside without an actor was done by a person without a sign-in."""
    token = _cause.set(Cause(name, [], is_person=True))
    try:
        yield
    finally:
        _cause.reset(token)


def is_automatic() -> bool:
    """Whether something acts by itself just now, inside caused_by()."""
    cause = _cause.get()
    return cause is not None and not cause.is_person


def speaker() -> str:
    """Name of the person without a sign-in who acts just now, "" for none."""
    cause = _cause.get()
    return cause.name if cause is not None and cause.is_person else ""


def record(happened: DomainEvent, *, subject: models.Model, actor: Any = None) -> EventRecord:
    """Write an event in the current transaction and ring the bell when it commits.

    actor: the User who did it, or None for the desk itself. Must be inside atomic().
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("record() outside a transaction: the event could survive a rollback")
    cause = _cause.get()
    row = EventRecord.objects.create(
        name=happened.name,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        actor=actor,
        actor_name=str(actor) if actor else (cause.name if cause else ""),
        payload=asdict(happened),
        occurred_at=timezone.now(),
        dispatched_at=timezone.now() if _is_history.get() else None,
    )
    if cause is not None:
        cause.recorded.append(row.pk)
    if row.dispatched_at is not None:
        return row
    # A lambda: Django 5.2 crashes logging a failed functools.partial. robust: a broker that is
    # down must not turn a committed change into an error page.
    transaction.on_commit(lambda: _ring(row.pk), robust=True)
    return row


def sentence_of(row: EventRecord) -> str:
    """The row in words. Values are inserted as they were when it happened."""
    kind = EVENTS.get(row.name)
    if kind is None:
        return row.name
    try:
        return gettext(kind.wording(row.payload)).format(**row.payload)
    except (KeyError, IndexError):
        return row.name


def _ring(record_id: int) -> None:
    """Ask a worker to dispatch; a broker that is away only costs time."""
    if not _start(dispatch_task, (record_id,)):
        logger.warning("broker unavailable, event %s waits for the sweep", record_id)


def _start(task: Any, args: Sequence[Any], countdown: float = 0) -> bool:
    """Ring for a task; False when the broker is away.

    One that did not answer is left alone for a while: a person waits for each try, and a request
    that rings several times would wait for each of them.
    """
    global _silent_until
    if time.monotonic() < _silent_until:
        return False
    try:
        task.apply_async(args, countdown=countdown, retry=False)
    except (OSError, BrokerError, RedisError):
        _silent_until = time.monotonic() + BELL_RESTS_SECONDS
        return False
    except Exception:
        logger.exception("%s could not be rung for", task.name)
        return False
    return True


@transaction.atomic
def dispatch(record_id: int) -> list[int]:
    """Make one Delivery per subscriber of an event; returns the ids that still have to run."""
    row = EventRecord.objects.select_for_update().filter(pk=record_id).first()
    if row is None:
        return []
    now = timezone.now()
    if row.dispatched_at is None:
        Delivery.objects.bulk_create(
            [
                Delivery(event=row, subscriber=key, next_attempt_at=now)
                for key in SUBSCRIBERS.get(row.name, {})
            ],
            ignore_conflicts=True,
        )
        row.dispatched_at = now
        row.save(update_fields=["dispatched_at"])
    return list(
        Delivery.objects.filter(event=row, done_at=None, failed_at=None).values_list(
            "pk", flat=True
        )
    )


def deliver(delivery_id: int) -> bool:
    """Run one subscriber once; False when somebody else has it, it is done or not yet due.

    The attempt is counted before it is made, so one that kills its worker ends too. The effect
    and the Delivery's done_at commit together. A failure is kept with its error and tried again
    with exponential back-off and jitter, MAX_ATTEMPTS times.
    """
    if not _claim(delivery_id):
        return False
    try:
        with transaction.atomic():
            row = (
                Delivery.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("event")
                .filter(pk=delivery_id, done_at=None, failed_at=None)
                .first()
            )
            if row is None:
                return False
            subscriber = SUBSCRIBERS.get(row.event.name, {}).get(row.subscriber)
            if subscriber is not None:
                subscriber(row.event)
            row.done_at = timezone.now()
            row.save(update_fields=["done_at"])
            return True
    except Exception as error:
        logger.exception("delivery %s failed", delivery_id)
        _keep_error(delivery_id, error)
        return False


@transaction.atomic
def _claim(delivery_id: int) -> bool:
    """Count an attempt at a due delivery; one that used up its attempts is given up."""
    row = (
        Delivery.objects.select_for_update(skip_locked=True)
        .filter(pk=delivery_id, done_at=None, failed_at=None, next_attempt_at__lte=timezone.now())
        .first()
    )
    if row is None:
        return False
    if row.attempts >= MAX_ATTEMPTS:
        row.failed_at = timezone.now()
        row.last_error = row.last_error or "every attempt ended its worker"
    else:
        row.attempts += 1
        row.next_attempt_at = timezone.now() + backoff(row.attempts)
    row.save(update_fields=["attempts", "next_attempt_at", "failed_at", "last_error"])
    return row.failed_at is None


def backoff(attempt: int, *, base: float = 5.0, limit: float = 3600.0) -> timedelta:
    """Wait before attempt + 1: base · 3^(attempt-1) seconds up to limit, ± 20 % jitter."""
    seconds = min(base * 3 ** max(attempt - 1, 0), limit)
    return timedelta(seconds=seconds * uniform(0.8, 1.2))  # noqa: S311


@transaction.atomic
def _keep_error(delivery_id: int, error: Exception) -> None:
    row = Delivery.objects.select_for_update().get(pk=delivery_id)
    row.last_error = f"{type(error).__name__}: {error}"[:2000]
    if row.attempts >= MAX_ATTEMPTS:
        row.failed_at = timezone.now()
    row.save(update_fields=["last_error", "failed_at"])


@shared_task(name="core.dispatch", ignore_result=True)
def dispatch_task(record_id: int) -> None:
    """Worker entry: dispatch an event and run its deliveries."""
    for delivery_id in dispatch(record_id):
        deliver(delivery_id)


@shared_task(name="core.sweep", ignore_result=True)
def sweep(batch: int = 500) -> int:
    """Pick up what a crash or a dead broker left: undispatched events, then due deliveries."""
    for record_id in EventRecord.objects.filter(dispatched_at=None).values_list("pk", flat=True)[
        :batch
    ]:
        dispatch(record_id)
    due = Delivery.objects.filter(
        done_at=None, failed_at=None, next_attempt_at__lte=timezone.now()
    ).order_by("next_attempt_at")
    return sum(deliver(pk) for pk in due.values_list("pk", flat=True)[:batch])


def ring(task_name: str, *args: Any, countdown: float | None = None) -> None:
    """Start a Celery task after the commit, if the broker is there; else the row's sweep does.

    By name, because an action may not import the tasks above it; KeyError for a name that no
    task has. args: JSON values. Only for work that already stands in PostgreSQL as a row.
    """
    task = current_app.tasks[task_name]  # not send_task(): that ignores eager mode

    def send() -> None:
        if not _start(task, args, countdown or 0):
            logger.warning("broker unavailable, %s waits for its sweep", task_name)

    transaction.on_commit(send, robust=True)
