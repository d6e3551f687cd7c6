"""What can be done to a technician's record and calendar."""

from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from accounts.roles import Role
from core.models import EventRecord
from technicians import actions
from technicians.errors import HoursOverlap, NotATechnician, SlotTaken, TimeOrder
from technicians.models import Booking, Skill, Technician
from tests.factories.people import make_technician, make_user

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def events() -> list[str]:
    return list(EventRecord.objects.order_by("id").values_list("name", flat=True))


def test_create_makes_profile_and_skills(manager: User) -> None:
    skill = Skill.objects.create(name="Printers")
    user = make_user(Role.TECHNICIAN)
    made = actions.create_technician(user, actor=manager, skills={skill: 4}, daily_capacity=3)
    assert made.daily_capacity == 3
    assert made.skill_levels.get().level == 4
    assert events() == ["technician.created"]


@pytest.mark.parametrize("role", [Role.AGENT, Role.CUSTOMER, None])
def test_create_refuses_somebody_without_the_role(manager: User, role: str | None) -> None:
    with pytest.raises(NotATechnician):
        actions.create_technician(make_user(role), actor=manager)


def test_create_refuses_a_second_profile(manager: User, alice: User) -> None:
    with pytest.raises(NotATechnician):
        actions.create_technician(alice, actor=manager)


def test_update_stores_what_differs_and_names_it(manager: User, alice: User) -> None:
    technician = alice.technician
    changed = actions.update_technician(
        technician, {"daily_capacity": 2, "works_in_field": True}, actor=manager
    )
    assert (changed.daily_capacity, changed.version) == (2, technician.version + 1)
    assert EventRecord.objects.get().payload == {"fields": "jobs a day"}


def test_update_without_a_difference_records_nothing(manager: User, alice: User) -> None:
    actions.update_technician(alice.technician, {"daily_capacity": 6}, actor=manager)
    assert events() == []


def test_level_zero_takes_a_skill_away(manager: User, alice: User) -> None:
    skill = Skill.objects.get(name="Printers")
    actions.update_technician(alice.technician, {}, actor=manager, skills={skill: 0})
    assert not alice.technician.skill_levels.exists()
    assert events() == ["technician.changed"]


def test_availability_is_recorded_once(alice: User) -> None:
    for _ in range(2):
        actions.set_availability(alice.technician, "busy", actor=alice)
    assert events() == ["technician.availability_changed"]
    assert EventRecord.objects.get().sentence == "is now Busy"


def test_an_unknown_availability_is_refused(alice: User) -> None:
    with pytest.raises(ValueError, match="asleep"):
        actions.set_availability(alice.technician, "asleep", actor=alice)


def test_hours_are_replaced(manager: User, alice: User) -> None:
    actions.set_hours(alice.technician, [(0, 540, 720), (0, 780, 1020)], actor=manager)
    hours = alice.technician.working_hours.values_list("weekday", "starts_minutes", "ends_minutes")
    assert list(hours) == [(0, 540, 720), (0, 780, 1020)]


@pytest.mark.parametrize(
    "hours", [[(0, 540, 720), (0, 700, 800)], [(0, 720, 540)], [(0, 540, 1500)]]
)
def test_impossible_hours_are_refused_and_the_old_stay(
    manager: User, alice: User, hours: list[tuple[int, int, int]]
) -> None:
    with pytest.raises(HoursOverlap):
        actions.set_hours(alice.technician, hours, actor=manager)
    assert alice.technician.working_hours.count() == 7


def test_the_database_refuses_overlapping_hours(alice: User) -> None:
    with pytest.raises(IntegrityError, match="hours_no_overlap"):
        alice.technician.working_hours.create(weekday=0, starts_minutes=5, ends_minutes=10)


def test_time_off_is_planned_and_taken_back(alice: User) -> None:
    planned = actions.add_time_off(alice.technician, NOON, NOON + HOUR, " Dentist\n", actor=alice)
    assert planned.reason == "Dentist"
    actions.remove_time_off(planned, actor=alice)
    assert not alice.technician.time_off.exists()
    assert events() == ["technician.changed", "technician.changed"]


def test_time_off_must_end_after_it_starts(alice: User) -> None:
    with pytest.raises(TimeOrder):
        actions.add_time_off(alice.technician, NOON, NOON, "", actor=alice)


def test_a_booking_that_overlaps_is_refused(alice: User, bob: User) -> None:
    actions.book(alice.technician, NOON, NOON + HOUR, "SD-1", actor=alice)
    with pytest.raises(SlotTaken):
        actions.book(alice.technician, NOON + HOUR / 2, NOON + 2 * HOUR, "SD-2", actor=alice)
    actions.book(alice.technician, NOON + HOUR, NOON + 2 * HOUR, "touches", actor=alice)
    actions.book(bob.technician, NOON, NOON + HOUR, "somebody else", actor=bob)
    assert Booking.objects.count() == 3


def test_a_booking_must_end_after_it_starts(alice: User) -> None:
    with pytest.raises(TimeOrder):
        actions.book(alice.technician, NOON, NOON, "", actor=alice)


def test_a_cancelled_booking_frees_its_time(alice: User) -> None:
    taken = actions.book(alice.technician, NOON, NOON + HOUR, "", actor=alice)
    first = actions.cancel_booking(taken, actor=alice).cancelled_at
    assert actions.cancel_booking(taken, actor=alice).cancelled_at == first
    actions.book(alice.technician, NOON, NOON + HOUR, "", actor=alice)


@pytest.mark.django_db(transaction=True)
def test_of_two_dispatchers_at_once_one_gets_the_slot() -> None:
    technician = make_technician()
    outcomes: list[Any] = []

    def grab() -> None:
        try:
            outcomes.append(actions.book(technician, NOON, NOON + HOUR, "", actor=None))
        except SlotTaken as error:
            outcomes.append(error)
        finally:
            connection.close()

    threads = [Thread(target=grab) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Booking.objects.count() == 1
    assert sum(isinstance(one, SlotTaken) for one in outcomes) == 3


def test_next_free_slot_looks_into_the_calendar(alice: User) -> None:
    actions.book(alice.technician, NOON, NOON + HOUR, "", actor=alice)
    assert actions.next_free_slot(alice.technician, 30, after=NOON) == NOON + HOUR


def test_next_free_slot_without_hours_is_none(db: None) -> None:
    assert actions.next_free_slot(make_technician(hours=False), 30, after=NOON) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [("availability", "asleep"), ("home_latitude", 91), ("home_longitude", None)],
)
def test_the_database_refuses_impossible_values(alice: User, field: str, value: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Technician.objects.filter(pk=alice.technician.pk).update(**{field: value})
