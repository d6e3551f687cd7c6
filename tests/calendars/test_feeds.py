"""Holidays from a feed: what is read, and what happens while it is down."""

from datetime import date
from typing import Any

import pytest

from accounts.models import User
from calendars import actions, tasks
from calendars.actions import feeds as fetching
from calendars.feeds import FeedError, days_in
from calendars.hours import to_worktime
from calendars.models import Calendar
from core.models import EventRecord
from core.outbound import OutboundError

FIRST, LAST = date(2026, 1, 1), date(2028, 12, 31)
URL = "https://feeds.example/holidays.ics"


def ics(*events: str) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//"]
    for number, event in enumerate(events):
        uid = [] if "UID:" in event else [f"UID:{number}"]
        lines += ["BEGIN:VEVENT", *uid, *event.split("|"), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def read(*events: str) -> dict[date, str]:
    return days_in(ics(*events), FIRST, LAST)


def test_a_day_and_a_stretch_of_days() -> None:
    found = read(
        "DTSTART;VALUE=DATE:20260501|SUMMARY:May Day",
        "DTSTART;VALUE=DATE:20261224|DTEND;VALUE=DATE:20261227|SUMMARY:Christmas",
    )
    assert found == {date(2026, 5, 1): "May Day"} | {
        date(2026, 12, day): "Christmas" for day in (24, 25, 26)
    }


def test_meetings_cancelled_ones_and_far_years_are_left_out() -> None:
    assert not read(
        "DTSTART:20260501T090000Z|DTEND:20260501T100000Z|SUMMARY:Meeting",
        "DTSTART;VALUE=DATE:20260501|STATUS:CANCELLED|SUMMARY:Gone",
        "DTSTART;VALUE=DATE:20200501|SUMMARY:Past",
        "SUMMARY:No date",
    )


def test_repeats_exceptions_and_moved_ones() -> None:
    found = read(
        "UID:a|DTSTART;VALUE=DATE:20200501|RRULE:FREQ=YEARLY|EXDATE;VALUE=DATE:20270501|SUMMARY:May",
        "UID:a|RECURRENCE-ID;VALUE=DATE:20280501|DTSTART;VALUE=DATE:20280502|SUMMARY:May, moved",
        "DTSTART;VALUE=DATE:20200601|RRULE:FREQ=YEARLY;UNTIL=20260601T000000Z|SUMMARY:Once more",
        "DTSTART;VALUE=DATE:20260701|RDATE;VALUE=DATE:20260801|SUMMARY:Twice",
    )
    assert found == {
        date(2026, 5, 1): "May", date(2028, 5, 2): "May, moved", date(2026, 6, 1): "Once more",
        date(2026, 7, 1): "Twice", date(2026, 8, 1): "Twice",
    }  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        b"", b"<html>Sign in</html>", b"\xff\xfe\x00", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
        ics("DTSTART;VALUE=DATE:20260101|RRULE:FREQ=SECONDLY|SUMMARY:x"),
        ics("DTSTART;VALUE=DATE:20260101|RRULE:FREQ=DAILY|SUMMARY:x"),
        ics(*["DTSTART;VALUE=DATE:20260101|RRULE:FREQ=YEARLY|SUMMARY:x"] * 201),
        ics("DTSTART;VALUE=DATE:20269999|SUMMARY:x", "DTSTART;VALUE=DATE:oops|SUMMARY:x"),
    ],
)  # fmt: skip
def test_what_is_no_list_of_holidays(data: bytes) -> None:
    with pytest.raises(FeedError):
        days_in(data, FIRST, LAST)


@pytest.fixture
def fed(office: Calendar, manager: User) -> Calendar:
    return actions.update_calendar(office, {"feed_url": URL}, actor=manager)


def answer(monkeypatch: pytest.MonkeyPatch, what: bytes | str) -> None:
    def fetch(url: str, **limits: Any) -> bytes:
        assert url == URL
        if isinstance(what, str):
            raise OutboundError(what)
        return what

    monkeypatch.setattr(fetching, "fetch", fetch)


def party(name: str = "Party") -> bytes:
    day = date.today().replace(month=7, day=1)  # noqa: DTZ011
    return ics(f"DTSTART;VALUE=DATE:{day:%Y%m%d}|SUMMARY:{name}")


def events() -> list[str]:
    return list(EventRecord.objects.order_by("pk").values_list("name", flat=True))


def test_good_days_close_the_calendar(fed: Calendar, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, party())
    assert tasks.fetch_feeds() == 1
    fed.refresh_from_db()
    day = fed.feed_days.get()
    assert to_worktime(fed).holiday_on(day.on_date) == "Party"
    assert fed.feed_good_at is not None
    assert events() == ["calendar.changed"] * 2
    assert tasks.fetch_feed(fed.pk)
    assert events() == ["calendar.changed"] * 2  # the same days: nothing changed


def test_while_it_is_down_the_last_good_days_stay(
    fed: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, party())
    tasks.fetch_feeds()
    for broken in ("The server does not answer.", b"<html>", "Still not."):
        answer(monkeypatch, broken)
        assert tasks.fetch_feeds() == 0
    fed.refresh_from_db()
    assert (fed.feed_days.count(), fed.feed_error) == (1, "Still not.")
    assert events().count("calendar.feed_failed") == 1  # one for the outage, not one per try
    answer(monkeypatch, party())
    tasks.fetch_feeds()
    fed.refresh_from_db()
    assert fed.feed_error == ""


def test_another_address_begins_without_days(
    fed: Calendar, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, party())
    tasks.fetch_feeds()
    stale = Calendar.objects.get(pk=fed.pk)
    actions.update_calendar(fed, {"feed_url": ""}, actor=manager)
    assert not fed.feed_days.exists()
    actions.store_feed_days(stale, {date(2026, 7, 1): "Late answer"}, actor=None)
    assert not fed.feed_days.exists()
    assert not tasks.fetch_feed(fed.pk)


def test_beat_fetches_the_feeds(settings: Any) -> None:
    assert settings.CELERY_BEAT_SCHEDULE["calendars-fetch-feeds"]["task"] == tasks.fetch_feeds.name
