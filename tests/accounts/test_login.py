"""Signing in and out."""

import pytest
from django.conf import settings
from django.test import Client

from tests.accounts.mailbox import is_in, sign_in
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db


def test_the_address_counts_in_any_case(agent):
    client, answer = sign_in("  Erin@DESK.test ")
    assert answer.headers["Location"] == "/"
    assert is_in(client)


def test_the_page_looks_like_ours_and_offers_what_one_needs(client):
    page = client.get("/accounts/login/").content.decode()
    assert 'name="remember"' in page
    assert "/accounts/password/reset/" in page
    assert "/accounts/signup/" in page
    assert "placeholder" not in page


def test_remember_me_keeps_the_session_and_its_absence_ends_it(agent):
    client, _ = sign_in(agent.email, remember="on")
    assert client.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 14 * 24 * 3600
    client, _ = sign_in(agent.email)
    assert client.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == ""


def test_the_session_gets_a_new_id(agent):
    client = Client()
    session = client.session
    session["before"] = "yes"
    session.save()
    old = session.session_key
    client.cookies[settings.SESSION_COOKIE_NAME] = old
    sign_in(agent.email, client=client)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != old


def test_next_stays_on_the_desk(agent):
    client = Client()
    data = {"login": agent.email, "password": PASSWORD, "next": "https://evil.test/"}
    assert client.post("/accounts/login/", data).headers["Location"] == "/"
    client = Client()
    data["next"] = "/account/sessions/"
    assert client.post("/accounts/login/", data).headers["Location"] == "/account/sessions/"


def test_a_disabled_person_learns_so_only_with_the_right_password(agent):
    agent.is_active = False
    agent.save()
    _, answer = sign_in(agent.email)
    assert answer.headers["Location"] == "/accounts/inactive/"
    assert Client().get("/accounts/inactive/").status_code == 200
    _, answer = sign_in(agent.email, "wrong password 1")
    assert b"not correct" in answer.content


def test_signing_out_needs_the_button(agent, client_of):
    client = client_of(agent)
    assert client.get("/accounts/logout/").status_code == 200
    assert is_in(client)
    client.post("/accounts/logout/")
    assert not is_in(client)


@pytest.mark.parametrize(
    "path",
    ["email/", "password/set/", "login/code/", "login/code/confirm/", "phone/verify/"],
)
def test_pages_nobody_needs_are_not_there(path, agent, client_of):
    assert client_of(agent).get(f"/accounts/{path}").status_code == 404


def test_reauthentication_asks_once_more(agent, client_of):
    client = client_of(agent)
    page = client.get("/accounts/reauthenticate/?next=/account/")
    assert b"Type your password once more" in page.content
    bad = client.post("/accounts/reauthenticate/", {"password": "wrong password 1"})
    assert b"field-error" in bad.content
    good = client.post(
        "/accounts/reauthenticate/?next=/account/", {"password": PASSWORD, "next": "/account/"}
    )
    assert good.headers["Location"] == "/account/"
