"""Taking a planned time off back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import User
from technicians import actions

ClientOf = Callable[[User], Client]
AT = datetime(2030, 7, 1, tzinfo=UTC)


@pytest.fixture
def url(alice: User) -> str:
    planned = actions.add_time_off(alice.technician, AT, AT + timedelta(days=1), "", actor=alice)
    return f"/technicians/time-off/{planned.pk}/delete/"


def test_one_takes_ones_own_back(alice: User, url: str, client_of: ClientOf) -> None:
    assert client_of(alice).post(url).status_code == 302
    assert not alice.technician.time_off.exists()


def test_colleagues_may_not_and_customers_find_nothing(
    bob: User, carol: User, url: str, client_of: ClientOf
) -> None:
    assert client_of(bob).post(url).status_code == 403
    assert client_of(carol).post(url).status_code == 404


def test_looking_changes_nothing(alice: User, url: str, client_of: ClientOf) -> None:
    assert client_of(alice).get(url).status_code == 405
