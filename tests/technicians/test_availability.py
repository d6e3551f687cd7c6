"""The switch: available, busy, off."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User

ClientOf = Callable[[User], Client]


@pytest.fixture
def url(alice: User) -> str:
    return f"/technicians/{alice.technician.pk}/availability/"


def test_one_switches_oneself_on_the_phone(alice: User, url: str, client_of: ClientOf) -> None:
    answer = client_of(alice).post(url, {"availability": "busy", "next": "field"})
    assert answer["Location"] == "/field/"
    alice.technician.refresh_from_db()
    assert alice.technician.availability == "busy"


def test_managers_switch_others_and_agents_do_not(
    manager: User, agent: User, alice: User, url: str, client_of: ClientOf
) -> None:
    answer = client_of(manager).post(url, {"availability": "off"})
    assert answer["Location"] == alice.technician.get_absolute_url()
    assert client_of(agent).post(url, {"availability": "busy"}).status_code == 403


def test_nonsense_is_a_bad_request(alice: User, url: str, client_of: ClientOf) -> None:
    assert client_of(alice).post(url, {"availability": "asleep"}).status_code == 400


def test_looking_changes_nothing(alice: User, url: str, client_of: ClientOf) -> None:
    assert client_of(alice).get(url).status_code == 405
