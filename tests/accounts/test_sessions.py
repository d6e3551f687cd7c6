"""Signing out everywhere else."""

import pytest

from core.models import EventRecord
from tests.accounts.mailbox import is_in

pytestmark = pytest.mark.django_db


def test_the_others_end_and_this_one_stays(agent, client_of):
    here, there = client_of(agent), client_of(agent)
    assert here.post("/account/sessions/").status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert EventRecord.objects.filter(name="account.sessions_ended", actor=agent).exists()


def test_looking_at_the_page_ends_nothing(agent, client_of):
    here, there = client_of(agent), client_of(agent)
    assert here.get("/account/sessions/").status_code == 200
    assert is_in(there)
