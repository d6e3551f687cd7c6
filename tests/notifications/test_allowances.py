"""How many SMS may go where."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from notifications.actions import forget_sms_use, send_rows, start_number, stop_number
from notifications.models import Notification, SmsUse, State, StoppedNumber
from notifications.segments import segments_of
from tests.fakes.twilio import FakeTwilio
from tests.notifications.test_sending import make_row
from tests.notifications.test_transport import twilio

__all__ = ["twilio"]
pytestmark = pytest.mark.django_db
PHONE, NEIGHBOUR, GERMAN = "+447700900101", "+447700900202", "+4915112345678"


def send(*phones: str, text: str = "Hello") -> list[str]:
    """Reasons of those that were not sent, "" for those that were."""
    rows = [make_row(channel="sms", address=phone, body_text=text) for phone in phones]
    send_rows([row.pk for row in rows])
    found = Notification.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk")
    assert {row.state for row in found} <= {State.SENT, State.UNSENT}
    return [row.last_error for row in found]


@pytest.mark.parametrize(
    ("limit", "phones", "words"),
    [
        ("SMS_PER_NUMBER_HOUR", (PHONE, PHONE, NEIGHBOUR), "more than 1 SMS to this number within"),
        ("SMS_PER_NUMBER_DAY", (PHONE, PHONE, NEIGHBOUR), "more than 1 SMS to this number today"),
        ("SMS_PER_BLOCK_HOUR", (PHONE, NEIGHBOUR, GERMAN), "neighbouring numbers"),
        ("SMS_PER_COUNTRY_DAY", (PHONE, NEIGHBOUR, GERMAN), "this country are used up"),
    ],
)
def test_a_limit_holds_the_second_back_and_no_other(
    twilio: FakeTwilio, settings: object, limit: str, phones: tuple[str, ...], words: str
) -> None:
    setattr(settings, limit, 1)
    first, second, other = send(*phones)
    assert (first, other) == ("", "")
    assert second.startswith("not sent: ")
    assert words in second
    assert len(twilio.received) == 2


def test_the_budget_counts_parts(twilio: FakeTwilio, settings: object) -> None:
    settings.SMS_PARTS_PER_DAY = 3
    assert send(PHONE, text="x" * 300) == [""]
    (why,) = send(NEIGHBOUR, text="x" * 300)
    assert "budget of 3 SMS parts" in why
    assert send(GERMAN) == [""]  # a short one still fits: what was refused used nothing


def test_countries_that_are_not_named_get_none(twilio: FakeTwilio, settings: object) -> None:
    settings.SMS_COUNTRIES = ["GB"]
    uk, german = send("+447400123456", GERMAN)
    assert uk == ""
    assert "this country (DE)" in german


def test_a_new_hour_has_new_room(twilio: FakeTwilio, settings: object) -> None:
    settings.SMS_PER_NUMBER_HOUR = 1
    send(PHONE)
    SmsUse.objects.update(starts_at=timezone.now() - timedelta(hours=25))
    assert send(PHONE) == [""]


def test_another_attempt_is_not_counted_again(twilio: FakeTwilio, settings: object) -> None:
    settings.SMS_PER_NUMBER_HOUR = 1
    row = make_row(channel="sms", address=PHONE)
    twilio.status = 500
    send_rows([row.pk])
    twilio.status = 0
    Notification.objects.update(next_attempt_at=timezone.now())
    assert send_rows([row.pk]) == 1


def test_who_said_stop_gets_nothing_until_start(twilio: FakeTwilio) -> None:
    twilio.refused[PHONE] = 21610
    row = make_row(channel="sms", address=PHONE)
    send_rows([row.pk])
    assert StoppedNumber.objects.get().phone == PHONE
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.FAILED, 1)
    asked = len(twilio.asked_at)
    (why,) = send(PHONE)
    assert "wants no SMS" in why
    assert len(twilio.asked_at) == asked
    del twilio.refused[PHONE]
    assert start_number(PHONE)
    assert send(PHONE) == [""]


def test_stop_twice_is_once() -> None:
    stop_number(PHONE, "STOP")
    stop_number(PHONE, "again")
    assert StoppedNumber.objects.get().reason == "STOP"
    assert start_number(PHONE)
    assert not start_number(PHONE)


def test_old_counts_go() -> None:
    now = timezone.now()
    for days in (0, 1, 5):
        SmsUse.objects.create(scope="all", key="", starts_at=now - timedelta(days=days))
    assert forget_sms_use(now=now) == 1


def test_the_database_counts_each_once() -> None:
    now = timezone.now()
    SmsUse.objects.create(scope="all", key="", starts_at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        SmsUse.objects.create(scope="all", key="", starts_at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        StoppedNumber.objects.create(phone="")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1), ("x" * 160, 1), ("x" * 161, 2), ("x" * 306, 2), ("x" * 307, 3),
        ("€" * 80, 1), ("€" * 81, 2), ("ж" * 70, 1), ("ж" * 71, 2), ("👋" * 35, 1), ("👋" * 36, 2),
    ],
)  # fmt: skip
def test_parts_of_a_text(text: str, parts: int) -> None:
    assert segments_of(text) == parts
