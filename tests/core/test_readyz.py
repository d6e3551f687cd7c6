"""What an alarm reads: readiness, and how long work has been waiting."""

from datetime import timedelta

import pytest
from django.utils import timezone

from attachments.actions import store_file
from attachments.models import FileRemoval
from core.mailbridge import queue_mail
from core.models import Delivery, EventRecord
from core.tasks import heartbeat
from notifications.models import Notification
from tests.factories.files import picture

pytestmark = pytest.mark.django_db


def ask(client) -> dict:
    heartbeat()
    return client.get("/readyz").json()


@pytest.fixture
def quiet(db):
    """Nothing waits."""
    Delivery.objects.all().delete()
    Notification.objects.all().delete()


def waiting_event(seconds: int) -> EventRecord:
    return EventRecord.objects.create(
        name="x.y",
        subject_type="x",
        subject_id=1,
        occurred_at=timezone.now() - timedelta(seconds=seconds),
    )


def test_nothing_waits(client, quiet):
    answer = ask(client)
    assert set(answer["figures"].values()) == {0}
    assert len(answer["figures"]) == 23
    assert answer["warnings"] == []
    assert answer["ready"]


def test_the_oldest_event_counts(client, quiet):
    waiting_event(290)
    waiting_event(10)
    answer = ask(client)
    assert 290 <= answer["figures"]["oldest_event_seconds"] < 300
    assert answer["warnings"] == []


def test_an_old_event_warns(client, quiet):
    waiting_event(301)
    assert ask(client)["warnings"] == ["oldest_event_seconds"]


def test_the_most_overdue_reaction(client, quiet):
    now = timezone.now()
    event = waiting_event(0)
    for key, seconds in [("a", 400), ("b", 100), ("c", -100)]:
        Delivery.objects.create(
            event=event, subscriber=key, next_attempt_at=now - timedelta(seconds=seconds)
        )
    answer = ask(client)
    assert 400 <= answer["figures"]["oldest_delivery_seconds"] < 410
    assert answer["warnings"] == ["oldest_delivery_seconds"]


def test_files_with_problems_and_bytes_that_wait(client, quiet):
    stored = store_file(picture(), actor=None)
    type(stored).objects.update(problem="missing")
    FileRemoval.objects.create(file="aa/" + "a" * 32)
    FileRemoval.objects.update(created_at=timezone.now() - timedelta(hours=2))
    answer = ask(client)
    assert answer["figures"]["files_with_problems"] == 1
    assert answer["warnings"] == ["files_with_problems", "oldest_file_removal_seconds"]
    assert answer["ready"]


def test_the_most_overdue_message(client, quiet):
    now = timezone.now()
    queue_mail("a@x.test", "s", "t")
    Notification.objects.update(next_attempt_at=now - timedelta(seconds=301))
    EventRecord.objects.filter(dispatched_at=None).update(dispatched_at=now)
    answer = ask(client)
    assert 301 <= answer["figures"]["oldest_message_seconds"] < 310
    assert answer["warnings"] == ["oldest_message_seconds"]
