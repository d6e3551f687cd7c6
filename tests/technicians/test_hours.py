"""The weekly hours."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from core.week_form import hours_key, hours_words
from technicians import actions

ClientOf = Callable[[User], Client]


@pytest.fixture
def url(alice: User) -> str:
    return f"/technicians/{alice.technician.pk}/hours/"


def hours_of(user: User) -> list[tuple[int, int, int]]:
    rows = user.technician.working_hours
    return list(rows.values_list("weekday", "starts_minutes", "ends_minutes"))


def seen(user: User) -> dict[str, str]:
    return {"seen": hours_key(hours_of(user))}


def test_two_stretches_a_day_and_midnight(
    manager: User, alice: User, url: str, client_of: ClientOf
) -> None:
    data = seen(alice) | {
        "from_0_0": "09:00", "to_0_0": "12:30", "from_0_1": "13:30", "to_0_1": "17:30",
        "from_5_0": "18:00", "to_5_0": "00:00",
    }  # fmt: skip
    assert client_of(manager).post(url, data).status_code == 302
    assert hours_of(alice) == [(0, 540, 750), (0, 810, 1050), (5, 1080, 1440)]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"from_0_0": "09:00", "to_0_0": "12:30", "from_0_1": "12:00", "to_0_1": "17:30"},
         "Monday: these times overlap"),
        ({"from_2_0": "09:00", "to_2_0": "08:00"}, "The end must be after the start."),
        ({"from_2_0": "09:00"}, "Give both times"),
        ({"from_2_0": "quarter past", "to_2_0": "17:00"}, "Enter a valid time"),
    ],
)  # fmt: skip
def test_mistakes_are_said_and_nothing_is_stored(
    manager: User, alice: User, url: str, client_of: ClientOf, data: dict[str, str], words: str
) -> None:
    answer = client_of(manager).post(url, seen(alice) | data)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert len(hours_of(alice)) == 7


def test_nothing_typed_clears_the_week(
    manager: User, alice: User, url: str, client_of: ClientOf
) -> None:
    client_of(manager).post(url, seen(alice))
    assert hours_of(alice) == []


def test_a_change_meanwhile_is_shown_and_the_second_press_saves(
    manager: User, alice: User, url: str, client_of: ClientOf
) -> None:
    data = seen(alice) | {"from_0_0": "09:00", "to_0_0": "12:00"}
    actions.set_hours(alice.technician, [(1, 600, 900)], actor=manager)
    answer = client_of(manager).post(url, data)
    assert answer.status_code == 422
    assert "They are now: Tue 10:00-15:00" in answer.content.decode()
    assert client_of(manager).post(url, data | seen(alice)).status_code == 302
    assert hours_of(alice) == [(0, 540, 720)]


def test_the_page_shows_what_is_stored(
    manager: User, alice: User, url: str, client_of: ClientOf
) -> None:
    actions.set_hours(alice.technician, [(1, 605, 900)], actor=manager)
    page = client_of(manager).get(url).content.decode()
    assert 'value="10:05"' in page
    assert "Europe/London" in page


def test_only_managers(agent: User, alice: User, url: str, client_of: ClientOf) -> None:
    assert client_of(agent).get(url).status_code == 403
    assert client_of(alice).post(url).status_code == 403


def test_words_of_a_week() -> None:
    assert hours_words([(0, 540, 1440)]) == "Mon 09:00-24:00"
