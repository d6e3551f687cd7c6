"""The managers' pages."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from calendars import actions
from calendars.hours import to_worktime
from calendars.models import Calendar, FeedDay
from calendars.preview import year_of
from core.week_form import hours_key

ClientOf = Callable[[User], Client]
YEAR = timezone.now().year


@pytest.fixture
def desk(manager: User, client_of: ClientOf) -> Client:
    return client_of(manager)


def hours_of(calendar: Calendar) -> list[tuple[int, int, int]]:
    rows = calendar.weekly_frames.all()
    return list(rows.values_list("weekday", "starts_minutes", "ends_minutes"))


def form(**more: str) -> dict[str, str]:
    return {
        "name": "Berlin", "time_zone": "Europe/Berlin", "country": "", "region": "", "feed_url": "",
    } | more  # fmt: skip


def test_the_list_names_the_default_and_a_feed_that_is_down(desk: Client, office: Calendar) -> None:
    Calendar.objects.update(feed_url="https://x.example/", feed_error="No answer.")
    Calendar.objects.update(country="DE", region="BY")
    text = desk.get("/calendars/").content.decode()
    assert "Germany, Bayern" in text
    assert "Office hours" in text
    assert "Default" in text
    assert "Does not answer" in text
    assert "Office hours" in desk.get("/calendars/?q=london").content.decode()
    assert "Office hours" not in desk.get("/calendars/?q=tokyo").content.decode()
    part = desk.get("/calendars/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part


def test_a_new_calendar_starts_with_office_hours_and_asks_for_its_own(desk: Client) -> None:
    answer = desk.post("/calendars/new/", form(country="DE", region="BY"))
    made = Calendar.objects.get(name="Berlin")
    assert answer.url == f"/calendars/{made.pk}/hours/"
    assert (made.country, made.region, made.is_default) == ("DE", "BY", False)
    assert len(hours_of(made)) == 5


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"name": "office hours"}, "Another calendar has this name"),
        ({"name": ""}, "required"),
        ({"country": "GB", "region": "BY"}, "valid choice"),
        ({"time_zone": "Nowhere/Land"}, "Choose a time zone"),
        ({"feed_url": "http://feeds.example/a.ics"}, "valid URL"),
        ({"feed_url": "javascript:alert(1)"}, "valid URL"),
    ],
)
def test_mistakes_are_said_and_nothing_is_stored(
    desk: Client, office: Calendar, more: dict[str, str], words: str
) -> None:
    answer = desk.post("/calendars/new/", form(**more))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Calendar.objects.count() == 1


def test_the_regions_of_the_country_that_was_chosen(desk: Client) -> None:
    text = desk.get("/calendars/regions/?country=DE").content.decode()
    assert "Bayern" in text
    assert "<html" not in text
    assert "Bayern" not in desk.get("/calendars/regions/?country=../x").content.decode()
    assert desk.post("/calendars/regions/").status_code == 405


def test_edit_saves_and_a_second_saver_meets_the_conflict(
    desk: Client, office: Calendar, manager: User
) -> None:
    url = f"/calendars/{office.pk}/edit/"
    opened = desk.get(url).context["form"]["opened"].value()
    assert desk.post(url, form(name="Main desk", opened=opened)).status_code == 302
    office.refresh_from_db()
    assert (office.name, office.time_zone, office.version) == ("Main desk", "Europe/Berlin", 2)
    answer = desk.post(url, form(name="Other desk", opened=opened))
    assert answer.status_code == 409
    assert "Main desk" in answer.content.decode()


def test_edit_says_what_is_wrong(desk: Client, office: Calendar) -> None:
    answer = desk.post(f"/calendars/{office.pk}/edit/", form(name=""))
    assert answer.status_code == 422
    assert "Edit Office hours" in answer.content.decode()


def test_three_stretches_a_day_and_midnight(desk: Client, office: Calendar) -> None:
    data = {
        "seen": hours_key(hours_of(office)), "from_0_0": "08:00", "to_0_0": "10:00",
        "from_0_1": "11:00", "to_0_1": "12:00", "from_0_2": "20:00", "to_0_2": "00:00",
    }  # fmt: skip
    assert desk.post(f"/calendars/{office.pk}/hours/", data).status_code == 302
    assert hours_of(office) == [(0, 480, 600), (0, 660, 720), (0, 1200, 1440)]


def test_a_week_without_hours_is_refused(desk: Client, office: Calendar) -> None:
    url = f"/calendars/{office.pk}/hours/"
    answer = desk.post(url, {"seen": hours_key(hours_of(office))})
    assert answer.status_code == 422
    assert "needs working hours" in answer.content.decode()
    assert len(hours_of(office)) == 5


def test_holidays_are_ticked_per_day(desk: Client, office: Calendar, manager: User) -> None:
    actions.update_calendar(office, {"country": "GB", "region": "ENG"}, actor=manager)
    url = f"/calendars/{office.pk}/holidays/"
    text = desk.get(url).content.decode()
    assert text.count("Boxing Day") >= 2  # this year and the next
    new_year, next_one = date(YEAR, 1, 1), date(YEAR + 1, 1, 1)
    data = {"shown": [str(new_year), str(next_one), "oops", "1999-01-01"], "kept": [str(next_one)]}
    assert desk.post(url, data).status_code == 302
    office.refresh_from_db()
    assert office.worked_holidays == [new_year]
    assert f'value="{new_year}" checked' not in desk.get(url).content.decode()


def test_an_own_day_closed_and_one_with_hours(desk: Client, office: Calendar) -> None:
    url = f"/calendars/{office.pk}/days/new/"
    closed = {"on_date": f"{YEAR}-12-30", "name": "Stocktaking"}
    open_day = {"on_date": f"{YEAR}-12-31", "name": "Short day", "from_0": "09:00", "to_0": "12:00"}
    assert desk.post(url, closed).status_code == 302
    assert desk.post(url, open_day).status_code == 302
    worktime = to_worktime(Calendar.objects.get(pk=office.pk))
    assert worktime.holiday_on(date(YEAR, 12, 30)) == "Stocktaking"
    assert worktime.frames_on(date(YEAR, 12, 31)) == ((540, 720),)
    text = desk.get(f"/calendars/{office.pk}/").content.decode()
    assert "Stocktaking" in text
    assert "09:00-12:00" in text


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"on_date": "soon"}, "valid date"),
        ({"from_0": "09:00"}, "Give both times"),
        ({"from_0": "09:00", "to_0": "08:00"}, "must be after"),
        ({"from_0": "09:00", "to_0": "12:00", "from_1": "11:00", "to_1": "13:00"}, "overlap"),
        ({"on_date": f"{YEAR}-12-24"}, "has an entry already"),
    ],
)
def test_own_days_that_are_refused(
    desk: Client, office: Calendar, manager: User, more: dict[str, str], words: str
) -> None:
    actions.add_own_day(office, date(YEAR, 12, 24), "Closed", actor=manager)
    data = {"on_date": f"{YEAR}-12-30", "name": "Stocktaking"} | more
    answer = desk.post(f"/calendars/{office.pk}/days/new/", data)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert office.own_days.count() == 1


def test_an_own_day_is_deleted(
    desk: Client, office: Calendar, manager: User, agent: User, client_of: ClientOf
) -> None:
    day = actions.add_own_day(office, date(YEAR, 12, 24), "Closed", actor=manager)
    url = f"/calendars/days/{day.pk}/delete/"
    assert desk.get(url).status_code == 405
    assert client_of(agent).post(url).status_code == 403
    assert desk.post(url).status_code == 302
    assert not office.own_days.exists()


def test_the_default_is_chosen_and_the_other_deleted(desk: Client, office: Calendar) -> None:
    desk.post("/calendars/new/", form())
    other = Calendar.objects.get(name="Berlin")
    assert desk.post(f"/calendars/{office.pk}/delete/").status_code == 409
    assert desk.post(f"/calendars/{other.pk}/default/").status_code == 302
    assert desk.post(f"/calendars/{office.pk}/delete/").url == "/calendars/"
    assert list(Calendar.objects.all()) == [other]


def test_the_page_says_when_the_feed_is_down_and_what_is_kept(
    desk: Client, office: Calendar
) -> None:
    FeedDay.objects.create(calendar=office, on_date=date(YEAR, 7, 1), name="Feed day")
    now = timezone.now()
    Calendar.objects.update(
        feed_url="https://x.example/", feed_error="<b>No answer.</b>", feed_good_at=now
    )
    text = desk.get(f"/calendars/{office.pk}/").content.decode()
    assert "The holiday feed cannot be read." in text
    assert "are kept" in text
    assert "&lt;b&gt;No answer." in text
    Calendar.objects.update(feed_good_at=None)
    assert "has never answered" in desk.get(f"/calendars/{office.pk}/").content.decode()


@pytest.mark.parametrize("asked", ["", "x", "99999999999", "-1", "2028", "1066"])
def test_any_year_is_a_page(desk: Client, office: Calendar, asked: str) -> None:
    answer = desk.get(f"/calendars/{office.pk}/", {"year": asked})
    assert answer.context["year"] == (2028 if asked == "2028" else YEAR)


def test_a_year_has_every_day_once(office: Calendar, manager: User) -> None:
    actions.add_own_day(office, date(2028, 2, 29), "Leap day", [(600, 660)], actor=manager)
    worktime = to_worktime(Calendar.objects.get(pk=office.pk))
    days: list[Any] = [
        day for month in year_of(worktime, 2028) for week in month.weeks for day in week if day
    ]
    assert len({day.on_date for day in days}) == len(days) == 366
    assert days[0].on_date.weekday() == 5
    assert days[59].kind == "other"
    assert {day.kind for day in days} == {"open", "closed", "other"}
