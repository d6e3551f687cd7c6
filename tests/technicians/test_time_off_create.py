"""Planning time off."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User

ClientOf = Callable[[User], Client]
DATA = {"starts_at": "2030-07-01T09:00", "ends_at": "2030-07-02T09:00", "reason": "Holiday"}


@pytest.fixture
def url(alice: User) -> str:
    return f"/technicians/{alice.technician.pk}/time-off/"


def test_one_plans_ones_own(alice: User, url: str, client_of: ClientOf) -> None:
    assert client_of(alice).post(url, DATA).status_code == 302
    planned = alice.technician.time_off.get()
    assert planned.starts_at.isoformat() == "2030-07-01T08:00:00+00:00"  # London in summer


def test_a_manager_plans_for_others(
    manager: User, alice: User, url: str, client_of: ClientOf
) -> None:
    client_of(manager).post(url, DATA)
    assert alice.technician.time_off.count() == 1


def test_colleagues_may_not(bob: User, agent: User, url: str, client_of: ClientOf) -> None:
    assert client_of(bob).post(url, DATA).status_code == 403
    assert client_of(agent).get(url).status_code == 403


def test_an_end_before_the_start_is_refused(alice: User, url: str, client_of: ClientOf) -> None:
    answer = client_of(alice).post(url, DATA | {"ends_at": "2030-06-30T09:00"})
    assert answer.status_code == 422
    assert b"The end must be after the start." in answer.content
