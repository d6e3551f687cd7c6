"""A15: what only looks at a link of a mail changes nothing, and the person can still use it."""

import pytest
from django.test import Client

from accounts import actions
from accounts.models import Invitation, User
from core.models import EventRecord
from tests.accounts.mailbox import NEW_PASSWORD, is_in, register, sign_in
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db


def scan(link: str) -> None:
    """What a mail filter does before the person."""
    Client().head(link)
    for _ in range(2):
        assert Client().get(link, follow=True).status_code == 200


def test_confirming_an_address(mails):
    client, _ = register("nia@new.test")
    scan(mails[0].link)
    client.get(mails[0].link)
    assert not User.objects.get().emailaddress_set.get().verified
    client.post(mails[0].link)
    assert User.objects.get().emailaddress_set.get().verified


def test_looking_at_somebody_elses_link_does_not_sign_me_out(mails, agent, client_of):
    register("nia@new.test")
    mine = client_of(agent)
    mine.get(mails[0].link)
    assert is_in(mine)


def test_an_invitation(admin, mails):
    actions.invite_staff(email="z@desk.test", role="agent", actor=admin)
    before = EventRecord.objects.count()
    scan(mails[0].link)
    assert not User.objects.filter(email="z@desk.test").exists()
    assert Invitation.objects.get().state() == "open"
    assert EventRecord.objects.count() == before
    Client().post(mails[0].link, {"name": "Z", "password": PASSWORD})
    assert User.objects.filter(email="z@desk.test").exists()


def test_a_new_password(agent, mails, committing):
    with committing():
        Client().post("/accounts/password/reset/", {"email": agent.email})
    scan(mails[0].link)
    agent.refresh_from_db()
    assert agent.check_password(PASSWORD)
    person = Client()
    page = person.get(mails[0].link, follow=True)
    person.post(page.request["PATH_INFO"], {"password1": NEW_PASSWORD})
    assert is_in(sign_in(agent.email, NEW_PASSWORD)[0])
