"""What can be done to a calendar, and what is refused, by the action and by the database."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from calendars import actions, errors
from calendars.actions.calendars import update_calendar
from calendars.hours import holidays_in, to_worktime
from calendars.models import Calendar, FeedDay, OwnDay, OwnFrame, WeeklyFrame
from core.errors import RuleError
from core.models import EventRecord

MONDAY = [(0, 540, 720), (0, 780, 1020)]
CHRISTMAS = date(2026, 12, 25)


def events() -> list[str]:
    return list(EventRecord.objects.order_by("pk").values_list("name", flat=True))


def make(actor: User, **more: Any) -> Calendar:
    fields = {"name": "Night desk", "time_zone": "Europe/Berlin", "hours": MONDAY} | more
    return actions.create_calendar(actor=actor, **fields)


def test_a_new_desk_has_one_calendar(office: Calendar, settings: Any) -> None:
    assert office.time_zone == settings.TIME_ZONE
    frames = office.weekly_frames.values_list("weekday", "starts_minutes", "ends_minutes")
    assert list(frames) == [(day, 540, 1020) for day in range(5)]


def test_a_calendar_with_two_stretches_a_day(manager: User) -> None:
    made = make(manager)
    assert to_worktime(made).frames_on(date(2026, 6, 1)) == ((540, 720), (780, 1020))
    assert events()[-1] == "calendar.created"
    assert not made.is_default


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"hours": []}, errors.NoHours),
        ({"hours": [(0, 540, 720), (0, 700, 800)]}, errors.FramesOverlap),
        ({"hours": [(0, 720, 540)]}, errors.FramesOverlap),
        ({"name": "office HOURS"}, errors.NameTaken),
        ({"country": "GB", "region": "BY"}, errors.UnknownHolidays),
        ({"country": "XX"}, errors.UnknownHolidays),
        ({"time_zone": "Mars/Olympus"}, RuleError),
        ({"feed_url": "http://example.com/a.ics"}, RuleError),
        ({"name": " "}, RuleError),
    ],
)
def test_what_is_refused(manager: User, more: dict[str, Any], error: type[RuleError]) -> None:
    with pytest.raises(error):
        make(manager, **more)
    assert Calendar.objects.count() == 1


def test_the_last_hours_cannot_be_taken_away(office: Calendar, manager: User) -> None:
    with pytest.raises(errors.NoHours):
        actions.set_calendar_hours(office, [], actor=manager)
    assert office.weekly_frames.count() == 5


@transaction.atomic
def commit(change: Callable[[], object] = lambda: None) -> None:
    """Deferred constraints speak at the commit; a test asks them right after the change."""
    change()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_refuses_a_calendar_without_hours(office: Calendar) -> None:
    with pytest.raises(IntegrityError, match="working hours"):
        commit(lambda: office.weekly_frames.all().delete())
    with pytest.raises(IntegrityError, match="working hours"):
        commit(lambda: Calendar.objects.create(name="Empty", time_zone="UTC"))


def test_the_database_wants_one_default(office: Calendar, manager: User) -> None:
    other = make(manager)
    with pytest.raises(IntegrityError, match="must be a default"):
        commit(lambda: Calendar.objects.update(is_default=False))
    with pytest.raises(IntegrityError, match="one_default"), transaction.atomic():
        Calendar.objects.filter(pk=other.pk).update(is_default=True)


@pytest.mark.parametrize(
    "broken",
    [
        lambda c: WeeklyFrame.objects.create(
            calendar=c, weekday=0, starts_minutes=600, ends_minutes=660
        ),
        lambda c: WeeklyFrame.objects.create(
            calendar=c, weekday=6, starts_minutes=600, ends_minutes=600
        ),
        lambda c: WeeklyFrame.objects.create(
            calendar=c, weekday=7, starts_minutes=600, ends_minutes=660
        ),
        lambda c: Calendar.objects.filter(pk=c.pk).update(region="BY"),
        lambda c: Calendar.objects.filter(pk=c.pk).update(feed_url="http://x.example/"),
        lambda c: OwnFrame.objects.create(
            day=OwnDay.objects.create(calendar=c, on_date=CHRISTMAS, name="x"),
            starts_minutes=60, ends_minutes=1500,
        ),
        lambda c: [FeedDay.objects.create(calendar=c, on_date=CHRISTMAS, name="x") for _ in "ab"],
    ],
)  # fmt: skip
def test_the_database_refuses_nonsense(office: Calendar, broken: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        broken(office)


def test_new_hours_are_a_new_version_and_the_same_again_are_not(
    office: Calendar, manager: User
) -> None:
    before = to_worktime(office)
    changed = actions.set_calendar_hours(office, MONDAY, actor=manager)
    assert (changed.version, events()) == (2, ["calendar.changed"])
    assert to_worktime(changed).frames_on(date(2026, 6, 2)) == ()
    assert before.frames_on(date(2026, 6, 2)) == ((540, 1020),)
    actions.set_calendar_hours(changed, MONDAY, actor=manager)
    assert events() == ["calendar.changed"]


def test_working_time_is_read_once_per_version(
    office: Calendar, django_assert_num_queries: Any
) -> None:
    to_worktime(office)
    with django_assert_num_queries(0):
        to_worktime(Calendar(pk=office.pk, version=1, updated_at=office.updated_at))


def test_another_country_forgets_the_region(manager: User) -> None:
    made = make(manager, country="DE", region="BY")
    assert update_calendar(made, {"country": "GB"}, actor=manager).region == ""


def test_official_holidays_are_closed_and_each_can_be_worked(
    office: Calendar, manager: User
) -> None:
    office = actions.update_calendar(office, {"country": "DE", "region": "BY"}, actor=manager)
    epiphany, may_day = date(2026, 1, 6), date(2026, 5, 1)
    assert to_worktime(office).holiday_on(epiphany) == "Epiphany"
    assert to_worktime(office).frames_on(date(2027, 1, 6)) == ()
    shown = [day.on_date for day in holidays_in(office, 2026)]
    kept = [day for day in shown if day != epiphany]
    office = actions.keep_holidays(office, shown, kept, actor=manager)
    assert to_worktime(office).frames_on(epiphany) == ((540, 1020),)
    assert to_worktime(office).frames_on(may_day) == ()
    assert to_worktime(office).frames_on(date(2027, 1, 6)) == ()
    office = actions.keep_holidays(office, [may_day], [may_day], actor=manager)
    assert office.worked_holidays == [epiphany]  # not shown: stays as it was
    assert events() == ["calendar.changed"] * 2


def test_an_own_day_wins_over_weekday_and_holiday(office: Calendar, manager: User) -> None:
    actions.update_calendar(office, {"country": "GB"}, actor=manager)
    actions.add_own_day(office, CHRISTMAS, "Emergency desk", [(600, 720)], actor=manager)
    day = actions.add_own_day(office, date(2026, 6, 1), "Stocktaking", actor=manager)
    worktime = to_worktime(Calendar.objects.get(pk=office.pk))
    assert worktime.frames_on(CHRISTMAS) == ((600, 720),)
    assert worktime.holiday_on(date(2026, 6, 1)) == "Stocktaking"
    actions.delete_own_day(day, actor=manager)
    actions.delete_own_day(day, actor=manager)
    worktime = to_worktime(Calendar.objects.get(pk=office.pk))
    assert worktime.frames_on(date(2026, 6, 1)) == ((540, 1020),)
    assert events() == ["calendar.changed"] * 4


def test_own_days_that_are_refused(office: Calendar, manager: User) -> None:
    actions.add_own_day(office, CHRISTMAS, "Closed", actor=manager)
    with pytest.raises(errors.DayTaken):
        actions.add_own_day(office, CHRISTMAS, "Again", actor=manager)
    with pytest.raises(errors.FramesOverlap):
        actions.add_own_day(office, date(2026, 6, 1), "x", [(60, 120), (90, 180)], actor=manager)
    with pytest.raises(RuleError):
        actions.add_own_day(office, date(2026, 6, 1), "  ", actor=manager)


def test_the_default_moves_and_the_default_stays(office: Calendar, manager: User) -> None:
    other = make(manager)
    with pytest.raises(errors.DefaultStays):
        actions.delete_calendar(office, actor=manager)
    assert actions.make_default_calendar(other, actor=manager).is_default
    assert Calendar.objects.default().get() == other
    actions.make_default_calendar(other, actor=manager)
    actions.delete_calendar(office, actor=manager)
    commit()
    assert events() == ["calendar.created", "calendar.default_chosen", "calendar.deleted"]


def test_a_promise_over_christmas(office: Calendar, manager: User) -> None:
    office = actions.update_calendar(office, {"country": "GB", "region": "ENG"}, actor=manager)
    start = datetime(2026, 12, 24, 16, tzinfo=UTC)
    due = to_worktime(office).add(start, 2 * 3600)
    assert due == datetime(2026, 12, 29, 10, tzinfo=UTC)  # Boxing Day moved to Monday the 28th
