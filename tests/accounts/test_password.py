"""A new password, by mail or while signed in."""

import pytest
from django.test import Client

from accounts.models import ResetRequest
from core.models import EventRecord
from tests.accounts.mailbox import NEW_PASSWORD, is_in, sign_in
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db


def ask(email, client=None):
    return (client or Client()).post("/accounts/password/reset/", {"email": email})


def test_the_mailed_link_gives_a_new_password(agent, mails, committing):
    client = Client()
    with committing():
        ask(" ERIN@desk.test", client)
    assert mails[0].to == agent.email
    page = client.get(mails[0].link, follow=True)
    answer = client.post(page.request["PATH_INFO"], {"password1": NEW_PASSWORD})
    assert answer.headers["Location"] == "/accounts/password/reset/key/done/"
    assert sign_in(agent.email, NEW_PASSWORD)[1].status_code == 302
    assert "was changed" in mails[-1].subject
    assert EventRecord.objects.filter(name="account.password_changed").exists()


def test_the_link_works_once(agent, mails, committing):
    client = Client()
    with committing():
        ask(agent.email, client)
    page = client.get(mails[0].link, follow=True)
    client.post(page.request["PATH_INFO"], {"password1": NEW_PASSWORD})
    assert b"This link does not work" in Client().get(mails[0].link, follow=True).content


def test_the_wish_is_forgotten_once_answered(agent, mails, committing):
    with committing():
        ask(agent.email)
        ask("stranger@nowhere.test")
    assert [mail.to for mail in mails] == [agent.email]
    assert not ResetRequest.objects.exists()


def test_a_disabled_person_gets_no_link(agent, mails, committing):
    agent.is_active = False
    agent.save()
    with committing():
        ask(agent.email)
    assert not mails


def test_changing_it_needs_the_current_one(agent, client_of, mails):
    client = client_of(agent)
    data = {"oldpassword": "wrong one 1234", "password1": NEW_PASSWORD}
    assert b"field-error" in client.post("/accounts/password/change/", data).content
    data["oldpassword"] = PASSWORD
    answer = client.post("/accounts/password/change/", data)
    assert answer.headers["Location"] == "/account/"
    assert is_in(client)
    assert [mail.to for mail in mails] == [agent.email]


@pytest.mark.parametrize("password", ["short", "password12", "erin@desk.test"])
def test_weak_ones_are_refused(password, agent, client_of):
    data = {"oldpassword": PASSWORD, "password1": password}
    answer = client_of(agent).post("/accounts/password/change/", data)
    assert b"field-error" in answer.content
    agent.refresh_from_db()
    assert agent.check_password(PASSWORD)


def test_the_mail_reads_well_as_text_and_without_its_button(agent, mails, committing):
    with committing():
        ask(agent.email)
    lines = mails[0].text.splitlines()
    assert all(len(line) <= 78 for line in lines if "://" not in line)
    assert mails[0].html.count(mails[0].link) == 2  # the button, and the address to copy
    assert "prefers-color-scheme: dark" in mails[0].html
