"""Sending: take rows for a while, hand them to the outside world, write down what came of it.

At least once: a row is marked as sent after it was sent, and a row whose sender died is taken
over when its lease ends. At most twice: after two attempts of unknown outcome a person decides.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone

from core.events import ring
from notifications import transport
from notifications.actions.claiming import claim, claim_taken_over, lease, release
from notifications.actions.outcomes import Attempt, finish
from notifications.models import Notification, State

logger = logging.getLogger(__name__)
T = TypeVar("T")
AT_ONCE = 8  # messages in the air per process; one that hangs holds up no other
CLAIMED = 24  # taken together: small, for a crash makes all of them doubtful
MARKED = 8  # sent and not yet marked at most, and not for longer than MARK_SECONDS: a crash in
MARK_SECONDS = 0.05  # between sends these a second time
SLICE_SECONDS = 5.0  # then other tasks of the worker have their turn
SLOTS = 2  # workers that send what is due at the same time; the others have other work
LOCK = 0x6465736B  # advisory locks of these slots


def send_due() -> int:
    """Send what is due, the oldest first, for one slice of time; returns how many went out.

    What is left then is rung for again. Enough others at it already: nothing is done.
    """
    with _slot() as is_mine:
        if not is_mine:
            return 0
        round_ = Round(until=time.monotonic() + SLICE_SECONDS)
        round_.run()
    if round_.is_cut_short:
        ring("notifications.sweep")
    return round_.sent


def send_rows(pks: Sequence[int]) -> int:
    """Send these rows if they are due, and what waited for them; returns how many went out."""
    round_ = Round(among=pks)
    round_.run()
    return round_.sent


class Round:
    """One go at the outbox. among: only these rows, and those that waited for them."""

    def __init__(self, *, among: Sequence[int] | None = None, until: float | None = None) -> None:
        self.among = set(among) if among is not None else None
        self.until = until
        self.ready: deque[Notification] = deque()
        self.in_the_air: dict[Future[transport.Receipt], Notification] = {}
        self.done: list[Attempt] = []
        self.done_at = 0.0
        self.sent, self.is_cut_short = 0, False

    def run(self) -> None:
        with (
            ThreadPoolExecutor(AT_ONCE, thread_name_prefix="send") as pool,
            transport.Lines() as lines,
        ):
            self._send_taken_over(pool, lines)
            while self._fill(pool, lines):
                self._land()
            self._mark()

    def _send_taken_over(self, pool: ThreadPoolExecutor, lines: transport.Lines) -> None:
        """Rows of senders that died, each alone in the air."""
        while not self._is_over():
            row = _persistently(partial(claim_taken_over, self._asked()))
            if row is None:
                return
            future = pool.submit(transport.send, row, lines)
            wait([future])
            self._note(row, future)
            self._mark()

    def _fill(self, pool: ThreadPoolExecutor, lines: transport.Lines) -> bool:
        """Start what there is room for; False when nothing is in the air and nothing due."""
        while len(self.in_the_air) < AT_ONCE and self._has_ready():
            row = self.ready.popleft()
            if row.lease_until and row.lease_until - timezone.now() < lease() / 2:
                _persistently(
                    partial(release, [row])
                )  # it has waited for others so long that another may take it
                continue
            self.in_the_air[pool.submit(transport.send, row, lines)] = row
        return bool(self.in_the_air)

    def _has_ready(self) -> bool:
        if self.ready:
            return True
        if self._is_over():
            return False
        found = _persistently(partial(claim, CLAIMED, among=self._asked()))
        if not found and self.done:  # something may have waited for what is not marked yet
            self._mark()
            found = _persistently(partial(claim, CLAIMED, among=self._asked()))
        self.ready.extend(found)
        return bool(found)

    def _is_over(self) -> bool:
        if self.until is not None and time.monotonic() > self.until:
            self.is_cut_short = True
        return self.is_cut_short

    def _asked(self) -> list[int] | None:
        return sorted(self.among) if self.among is not None else None

    def _land(self) -> None:
        """Wait for the next to end; mark when enough have."""
        landed = wait(self.in_the_air, timeout=MARK_SECONDS, return_when=FIRST_COMPLETED).done
        for future in landed:
            self._note(self.in_the_air.pop(future), future)
        if len(self.done) >= MARKED or time.monotonic() - self.done_at > MARK_SECONDS:
            self._mark()

    def _note(self, row: Notification, future: "Future[transport.Receipt]") -> None:
        if not self.done:
            self.done_at = time.monotonic()
        self.done.append((row, future))
        self.sent += future.exception() is None

    def _mark(self) -> None:
        if self.done:
            _persistently(partial(finish, self.done))
            if self.among is not None:
                self.among |= _waiting_for([row for row, _future in self.done])
            self.done = []


def _waiting_for(rows: Sequence[Notification]) -> set[int]:
    """Keys of rows that perhaps waited for one of these; claim() looks closer."""
    subjects = [row.event.subject_id for row in rows if row.event is not None]
    if not subjects:
        return set()
    found = Notification.objects.filter(
        address__in=[row.address for row in rows],
        state=State.QUEUED,
        event__subject_id__in=subjects,
        pk__gt=min(row.pk for row in rows),
    )
    return set(found.order_by("pk").values_list("pk", flat=True)[: len(rows) * 4])


@contextmanager
def _slot() -> Iterator[bool]:
    """One of SLOTS places; True while this process has it. A dead process leaves its own."""
    taken = next((number for number in range(SLOTS) if _lock("try_advisory_lock", number)), None)
    try:
        yield taken is not None
    finally:
        if taken is not None:
            _persistently(partial(_lock, "advisory_unlock", taken))


def _lock(function: str, number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_{function}(%s, %s)", [LOCK, number])
        return bool(cursor.fetchone()[0])


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
