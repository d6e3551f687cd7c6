"""A provider that does not answer rests, for all workers, and tries by itself."""

from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from core.models import EventRecord
from notifications import transport
from notifications.actions import send_rows
from notifications.actions.breaking import FAILURES
from notifications.models import Breaker, Medium, Notification, State
from tests.notifications.test_sending import Sky, failing, make_row

pytestmark = pytest.mark.django_db
DOWN = transport.Unreachable("nobody there")


def send_all() -> int:
    Notification.objects.filter(state=State.QUEUED).update(next_attempt_at=timezone.now())
    return send_rows(list(Notification.objects.values_list("pk", flat=True)))


def time_passes() -> None:
    Breaker.objects.update(retry_at=timezone.now() - timedelta(seconds=1))


def open_it() -> None:
    for _ in range(FAILURES):
        make_row()
    with failing(DOWN):
        send_all()


def names() -> list[str]:
    rows = EventRecord.objects.filter(subject_type="notifications.breaker").order_by("pk")
    return list(rows.values_list("name", flat=True))


def test_it_opens_after_some_failures_and_then_nothing_is_sent() -> None:
    open_it()
    assert Breaker.objects.get(channel="email").is_open
    with patch.object(transport, "send") as send:
        assert send_all() == 0
    assert send.call_count == 0


def test_fewer_failures_or_an_answer_between_keep_it_closed() -> None:
    for _ in range(FAILURES - 1):
        make_row()
    with failing(DOWN):
        send_all()
    assert send_all() == FAILURES - 1
    assert Breaker.objects.get(channel="email").failures == 0
    with failing(DOWN):
        make_row()
        send_all()
    assert not Breaker.objects.get(channel="email").is_open


def test_a_refused_address_is_an_answer() -> None:
    for _ in range(FAILURES + 3):
        make_row()
    with failing(transport.Refused("550 no such user")):
        send_all()
    assert not Breaker.objects.filter(opened_at__isnull=False).exists()


def test_an_attempt_that_never_began_is_none() -> None:
    open_it()
    assert {row.attempts for row in Notification.objects.all()} == {0}


def test_a_single_message_tries_and_closes_it() -> None:
    open_it()
    time_passes()
    sky = Sky()
    with patch.object(transport, "send", side_effect=sky.send):
        assert send_all() == FAILURES
    assert sky.seen[0] == 1
    assert not Breaker.objects.get(channel="email").is_open
    assert names() == ["provider.stopped", "provider.recovered"]


def test_a_try_that_fails_opens_it_for_longer() -> None:
    open_it()
    first = Breaker.objects.get(channel="email")
    time_passes()
    with failing(DOWN) as send:
        send_all()
    assert send.call_count == 1
    again = Breaker.objects.get(channel="email")
    assert (again.openings, again.opened_at) == (2, first.opened_at)
    assert again.retry_at - timezone.now() > timedelta(seconds=30)
    assert names() == ["provider.stopped"]


def test_while_one_tries_no_other_worker_does() -> None:
    open_it()
    time_passes()

    def send(row: Notification, _lines: object) -> transport.Receipt:
        raise AssertionError("a second try")

    Breaker.objects.update(retry_at=timezone.now() + timedelta(seconds=120))  # somebody's try
    with patch.object(transport, "send", side_effect=send):
        assert send_all() == 0


def test_a_try_without_a_message_is_given_back() -> None:
    open_it()
    time_passes()
    Notification.objects.filter(state=State.QUEUED).update(
        next_attempt_at=timezone.now() + timedelta(hours=1)
    )
    assert send_rows(list(Notification.objects.values_list("pk", flat=True))) == 0
    assert Breaker.objects.get(channel="email").retry_at <= timezone.now()


def test_what_waited_because_of_it_goes_when_it_answers() -> None:
    later = make_row(
        attempts=3, state=State.QUEUED, next_attempt_at=timezone.now() + timedelta(hours=1)
    )
    Breaker.objects.create(
        channel="email", opened_at=timezone.now(), retry_at=timezone.now() - timedelta(seconds=1)
    )
    assert send_rows([make_row().pk]) == 1
    later.refresh_from_db()
    assert later.next_attempt_at <= timezone.now()


def test_leaders_are_told_once(manager: User, agent: User) -> None:
    open_it()
    for _ in range(3):
        time_passes()
        with failing(DOWN):
            send_all()
    bells = Notification.objects.filter(channel="bell")
    assert [(bell.user, bell.subject.split(":")[0]) for bell in bells] == [(manager, "E-mail")]


def test_readyz_warns(client: Client) -> None:
    assert client.get("/readyz").json()["figures"]["email_provider_stopped"] == 0
    open_it()
    answer = client.get("/readyz").json()
    assert "email_provider_stopped" in answer["warnings"]
    assert answer["figures"]["sms_provider_stopped"] == 0


@pytest.mark.parametrize(
    "fields", [{"channel": "email", "opened_at": timezone.now()}, {"channel": Medium.BELL}]
)
def test_the_database_keeps_it_whole(fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Breaker.objects.create(**fields)


def test_the_administration_only_shows_it(client_of: Callable, admin: User) -> None:
    open_it()
    page = client_of(admin).get("/admin/notifications/breaker/")
    assert b"nobody there" in page.content
    row = Breaker.objects.get()
    assert (
        client_of(admin).post(f"/admin/notifications/breaker/{row.pk}/change/").status_code == 403
    )
