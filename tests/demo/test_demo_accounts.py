"""The sign-ins that the demo prints."""

import io
import json

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from demo.company import ACCOUNTS, PASSWORD
from tests.demo.test_load_demo import NOW

pytestmark = pytest.mark.django_db


def printed(**options: bool) -> str:
    out = io.StringIO()
    call_command("demo_accounts", stdout=out, **options)
    return out.getvalue()


def test_without_the_demo_there_are_none() -> None:
    assert json.loads(printed(json=True)) == []
    assert "not loaded" in printed()


@pytest.mark.slow
def test_each_role_can_sign_in() -> None:
    call_command("load_demo", today=NOW.date(), verbosity=0)
    rows = json.loads(printed(json=True))
    assert {row["role"] for row in rows} == set(ACCOUNTS)
    assert "elena.kovacs@fernhill.example" in printed()
    for row in rows:
        assert row["password"] == PASSWORD
        user = User.objects.get(email=row["email"])
        assert user.role_names == {row["role"]}
        answer = Client().post("/accounts/login/", {"login": row["email"], "password": PASSWORD})
        assert answer.status_code == 302, row
