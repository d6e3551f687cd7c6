"""A05: a link in a mail starts with the configured address, whatever the request says."""

import pytest
from django.test import Client

from accounts import actions
from tests.accounts.mailbox import register

pytestmark = pytest.mark.django_db
SITE = "https://desk.example.com"
LIES = [
    {"HTTP_HOST": "evil.test"},
    {"HTTP_X_FORWARDED_HOST": "evil.test"},
    {"HTTP_X_FORWARDED_HOST": "evil.test", "HTTP_FORWARDED": "host=evil.test"},
    {"HTTP_HOST": "desk.test:80@evil.test"},
    {"HTTP_HOST": "testserver,evil.test"},
    {"HTTP_HOST": "localhost"},
    {"SERVER_NAME": "evil.test"},
]  # fmt: skip


def whole(mails) -> str:
    return "".join(f"{mail.subject}{mail.text}{mail.html}" for mail in mails)


@pytest.mark.parametrize("lie", LIES, ids=str)
def test_a_reset_is_refused_or_links_home(lie, agent, mails, committing, settings):
    settings.SITE_URL = SITE
    with committing():
        answer = Client(raise_request_exception=False).post(
            "/accounts/password/reset/", {"email": agent.email}, **lie
        )
    assert answer.status_code in {302, 400}
    assert "evil.test" not in whole(mails)
    assert "evil.test" not in answer.headers.get("Location", "")
    if answer.status_code == 302:
        assert f"{SITE}/accounts/password/reset/key/" in mails[0].text


@pytest.mark.parametrize("known", [True, False])
def test_the_mails_of_a_sign_up_link_home(known, agent, mails, settings):
    settings.SITE_URL = SITE
    client = Client(HTTP_HOST="localhost", HTTP_X_FORWARDED_HOST="evil.test")
    register(agent.email if known else "new@desk.test", client=client)
    assert f"{SITE}/accounts/" in mails[0].text
    assert "localhost" not in whole(mails)
    assert "evil" not in whole(mails)


def test_an_invitation_links_home(admin, mails, settings):
    settings.SITE_URL = SITE
    actions.invite_staff(email="z@desk.test", role="agent", actor=admin)
    assert f"{SITE}/invitation/" in mails[0].text
