"""Sessions are read as Django reads them, with less ado."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.sessions import SessionStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def stored():
    session = SessionStore()
    session["colour"] = "green"
    session.save()
    return session.session_key


def test_what_was_kept_is_read_with_one_query(stored, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert SessionStore(stored)["colour"] == "green"


def test_a_session_that_ran_out_or_never_was_is_empty_and_gets_another_key(stored):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    for key in (stored, "never-was", None):
        session = SessionStore(key)
        assert session.get("colour") is None
        session["colour"] = "red"
        session.save()
        assert session.session_key not in {stored, "never-was"}


def test_a_deleted_session_is_gone_at_once(stored):
    SessionStore(stored).delete()
    assert SessionStore(stored).get("colour") is None
