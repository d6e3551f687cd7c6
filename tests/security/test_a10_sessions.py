"""A10: a new password, or being disabled, ends every other session at its next request."""

import pytest

from accounts import actions
from tests.accounts.mailbox import NEW_PASSWORD, is_in, sign_in
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(agent, client_of):
    return client_of(agent), client_of(agent)


def test_changing_the_password(two, mails):
    here, there = two
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW_PASSWORD})
    assert is_in(here)
    assert there.get("/tickets/").status_code == 302


def test_resetting_the_password(two, agent, mails, committing):
    from django.test import Client

    browser = Client()
    with committing():
        browser.post("/accounts/password/reset/", {"email": agent.email})
    page = browser.get(mails[0].link, follow=True)
    browser.post(page.request["PATH_INFO"], {"password1": NEW_PASSWORD})
    assert [is_in(client) for client in two] == [False, False]


def test_being_disabled(two, agent, admin):
    actions.disable_user(agent, actor=admin)
    assert [is_in(client) for client in two] == [False, False]
    assert not is_in(sign_in(agent.email)[0])


def test_being_enabled_again_does_not_wake_old_sessions(two, agent, admin):
    actions.disable_user(agent, actor=admin)
    actions.enable_user(agent, actor=admin)
    assert [is_in(client) for client in two] == [False, False]
    assert is_in(sign_in(agent.email)[0])


def test_losing_a_role_counts_at_once(two, agent, admin):
    actions.set_roles(agent, ["admin"], actor=admin)
    assert two[0].get("/people/").status_code == 200
    actions.set_roles(agent, ["sales"], actor=admin)
    assert two[0].get("/people/").status_code == 403
    assert two[0].get("/admin/").status_code in {302, 404}


def test_a_reset_link_dies_with_the_password(agent, client_of, mails, committing):
    from django.test import Client

    with committing():
        Client().post("/accounts/password/reset/", {"email": agent.email})
    client_of(agent).post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW_PASSWORD}
    )
    assert b"This link does not work" in Client().get(mails[0].link, follow=True).content
