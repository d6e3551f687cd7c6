"""What the tests of notifications share."""

from collections.abc import Callable

import pytest

from core.events import sweep
from core.models import EventRecord
from notifications.models import Notification, Rule
from tickets.models import DeskSettings, Ticket


@pytest.fixture(autouse=True)
def _no_auto_assign(db: None) -> None:
    """Each test says itself who has the ticket."""
    DeskSettings.load()
    DeskSettings.objects.update(auto_assign=False)


@pytest.fixture
def run_events() -> Callable[[], None]:
    """Deliver everything that happened so far, as the worker would."""
    return lambda: _run()


def _run() -> None:
    sweep()


@pytest.fixture
def forget(run_events: Callable[[], None]) -> Callable[[], None]:
    """Deliver what happened so far and empty the outbox: the test starts after that."""

    def clear() -> None:
        run_events()
        Notification.objects.all().delete()

    return clear


def rows_of(happened: str, **filters: object) -> list[Notification]:
    """Outbox rows of one kind of event."""
    return list(Notification.objects.filter(event__name=happened, **filters).order_by("pk"))


def media(happened: str, **filters: object) -> list[str]:
    """Channels of the rows of one kind of event, sorted."""
    return sorted(row.channel for row in rows_of(happened, **filters))


def last_event(name: str, ticket: Ticket) -> EventRecord:
    return EventRecord.objects.filter(name=name, subject_id=ticket.pk).latest("pk")


def use(rule_event: str, audience: str, **fields: object) -> None:
    """Change one rule."""
    Rule.objects.filter(event=rule_event, audience=audience).update(**fields)
