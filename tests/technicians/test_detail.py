"""One technician's page."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from accounts.models import User
from technicians import actions
from tests.factories.people import make_technician

ClientOf = Callable[[User], Client]


def test_it_shows_profile_hours_bookings_and_time_off(
    agent: User, alice: User, client_of: ClientOf
) -> None:
    soon = timezone.now() + timedelta(hours=2)
    actions.book(alice.technician, soon, soon + timedelta(hours=1), "SD-000007", actor=agent)
    actions.add_time_off(
        alice.technician, soon + timedelta(days=1), soon + timedelta(days=2), "Holiday", actor=alice
    )
    page = client_of(agent).get(alice.technician.get_absolute_url()).content.decode()
    for words in ("Printers", "4 of 5", "00:00-24:00", "SD-000007", "Holiday", "60 km from home"):
        assert words in page


def test_no_hours_and_no_home_are_said(agent: User, client_of: ClientOf) -> None:
    idle = make_technician(hours=False, home_latitude=None, home_longitude=None)
    page = client_of(agent).get(idle.get_absolute_url()).content.decode()
    assert "No working hours." in page
    assert "not on the map" in page


def test_agents_look_managers_edit_and_everybody_switches_themselves(
    agent: User, manager: User, alice: User, bob: User, client_of: ClientOf
) -> None:
    url = alice.technician.get_absolute_url()
    edit, switch = f"{url}edit/", f"{url}availability/"
    pages = {user: client_of(user).get(url).content.decode()
             for user in (agent, manager, alice, bob)}  # fmt: skip
    assert [edit in pages[user] for user in (agent, manager, alice, bob)] == [
        False, True, False, False,
    ]  # fmt: skip
    assert [switch in pages[user] for user in (agent, manager, alice, bob)] == [
        False, True, True, False,
    ]  # fmt: skip


def test_an_unknown_one_is_not_found(agent: User, client_of: ClientOf) -> None:
    assert client_of(agent).get("/technicians/999999/").status_code == 404


def test_customers_find_nothing(carol: User, alice: User, client_of: ClientOf) -> None:
    assert client_of(carol).get(alice.technician.get_absolute_url()).status_code == 404
