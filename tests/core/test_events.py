"""The spine: what is recorded is delivered, once, whatever breaks in between."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar
from unittest.mock import patch

import pytest
from celery import current_app
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import User
from core import events
from core.events import EVENTS, SUBSCRIBERS, DomainEvent, event, on, record, ring, sweep
from core.models import Delivery, EventRecord


@dataclass(frozen=True)
class LampLit(DomainEvent):
    name: ClassVar[str] = "lamp.lit"
    sentence: ClassVar[str] = "lit the lamp in {place}"
    place: str


@pytest.fixture
def heard() -> Iterator[list[int]]:
    """Ids of the events a listener of the test heard."""
    ids: list[int] = []

    def remember(happened: EventRecord) -> None:
        ids.append(happened.pk)

    event(LampLit)
    on(LampLit)(remember)
    yield ids
    del EVENTS["lamp.lit"], SUBSCRIBERS["lamp.lit"]


def light(person: User) -> EventRecord:
    with transaction.atomic():
        return record(LampLit(place="the hall"), subject=person, actor=person)


def test_it_is_heard_after_the_commit_once(
    heard: list[int], agent: User, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        row = light(agent)
        assert heard == []
    sweep()
    assert heard == [row.pk]
    assert row.sentence == "lit the lamp in the hall"
    assert Delivery.objects.get().done_at is not None


def test_outside_a_transaction_it_is_refused(agent: User) -> None:
    with (
        patch.object(transaction.get_connection(), "in_atomic_block", False),
        pytest.raises(RuntimeError),
    ):
        record(LampLit(place="x"), subject=agent)


def test_what_is_rolled_back_never_happened(heard: list[int], agent: User) -> None:
    with transaction.atomic():
        light(agent)
        transaction.set_rollback(True)
    sweep()
    assert heard == []


def test_without_a_broker_the_sweep_delivers(
    heard: list[int], agent: User, django_capture_on_commit_callbacks: object
) -> None:
    with (
        patch.object(events.dispatch_task, "apply_async", side_effect=ConnectionError),
        django_capture_on_commit_callbacks(execute=True),
    ):
        row = light(agent)
    assert heard == []
    sweep()
    sweep()
    assert heard == [row.pk]


def test_a_listener_that_fails_is_asked_again_later_and_not_for_ever(
    heard: list[int], agent: User
) -> None:
    calls = []

    def stumble(happened: EventRecord) -> None:
        calls.append(happened.pk)
        raise ValueError("the text of the error")

    on(LampLit)(stumble)
    light(agent)
    sweep()
    row = Delivery.objects.get(subscriber__contains="stumble")
    assert (row.attempts, row.done_at, row.failed_at) == (1, None, None)
    assert "the text of the error" in row.last_error
    assert row.next_attempt_at > timezone.now()
    sweep()
    assert len(calls) == 1  # not before its time
    for _ in range(events.MAX_ATTEMPTS):
        Delivery.objects.filter(pk=row.pk).update(next_attempt_at=timezone.now())
        sweep()
    row.refresh_from_db()
    assert row.failed_at is not None
    assert len(calls) == events.MAX_ATTEMPTS
    assert len(heard) == 1  # the others are not disturbed


def test_the_effect_and_the_mark_commit_together(heard: list[int], agent: User) -> None:
    def rename_and_fail(happened: EventRecord) -> None:
        User.objects.filter(pk=happened.subject_id).update(name="Half done")
        raise ValueError

    on(LampLit)(rename_and_fail)
    light(agent)
    sweep()
    agent.refresh_from_db()
    assert agent.name == "Erin Agent"


def test_an_event_cannot_be_changed_or_removed(heard: list[int], agent: User) -> None:
    row = light(agent)
    for change in (
        lambda: EventRecord.objects.filter(pk=row.pk).update(payload={"place": "elsewhere"}),
        lambda: EventRecord.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_waits_grow_with_jitter_up_to_a_limit() -> None:
    waits = [{events.backoff(n, base=10, limit=100) for _ in range(20)} for n in (1, 2, 9)]
    assert all(len(group) > 1 for group in waits)
    assert all(timedelta(seconds=8) <= wait <= timedelta(seconds=12) for wait in waits[0])
    assert all(timedelta(seconds=24) <= wait <= timedelta(seconds=36) for wait in waits[1])
    assert all(timedelta(seconds=80) <= wait <= timedelta(seconds=120) for wait in waits[2])


def test_ring_knows_every_task_in_every_process(db: None) -> None:
    for name in ("notifications.send", "notifications.push"):
        assert name in current_app.tasks
    with pytest.raises(KeyError):
        ring("notifications.sned", 1)


def test_ring_survives_a_broker_that_is_away(
    django_capture_on_commit_callbacks: object, db: None
) -> None:
    task = current_app.tasks["notifications.send"]
    with (
        patch.object(task, "apply_async", side_effect=ConnectionError) as rung,
        django_capture_on_commit_callbacks(execute=True),
    ):
        ring("notifications.send", [1])
    rung.assert_called_once()


def test_a_broker_that_is_away_is_not_waited_for_again_and_again(
    django_capture_on_commit_callbacks: object, db: None
) -> None:
    """A person waits for each try."""
    task = current_app.tasks["notifications.send"]
    with patch.object(task, "apply_async", side_effect=ConnectionError) as rung:
        with django_capture_on_commit_callbacks(execute=True):
            ring("notifications.send", [1])
            ring("notifications.send", [2])
        assert rung.call_count == 1
        with (
            patch.object(events, "_silent_until", 0.0),
            django_capture_on_commit_callbacks(execute=True),
        ):
            ring("notifications.send", [3])
        assert rung.call_count == 2


def test_two_events_of_one_name_are_refused(heard: list[int]) -> None:
    with pytest.raises(ValueError, match=r"lamp\.lit"):
        event(LampLit)


@pytest.mark.django_db
def test_every_beat_entry_has_its_task(settings: object) -> None:
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["task"] in current_app.tasks, entry


class WorkerKilled(BaseException):
    """Stands for SIGKILL: nothing after it runs, no handler sees it."""


@pytest.mark.django_db(transaction=True)
def test_a_listener_that_kills_its_worker_is_given_up(agent: User) -> None:
    tried: list[int] = []

    def die(happened: EventRecord) -> None:
        tried.append(happened.pk)
        raise WorkerKilled

    event(LampLit)
    on(LampLit)(die)
    try:
        with pytest.raises(WorkerKilled), transaction.atomic():
            record(LampLit("hall"), subject=agent)
        for _ in range(events.MAX_ATTEMPTS + 2):
            Delivery.objects.update(next_attempt_at=timezone.now())
            try:
                sweep()
            except WorkerKilled:
                continue
        assert len(tried) == events.MAX_ATTEMPTS
        assert Delivery.objects.get().failed_at
    finally:
        del EVENTS["lamp.lit"], SUBSCRIBERS["lamp.lit"]
