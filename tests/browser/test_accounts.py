"""The pages of accounts in Chromium: WCAG in both themes and sizes, and the way in by hand."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts import actions
from accounts.models import Invitation, User
from tests.accounts.mailbox import mails
from tests.browser.looks import look
from tests.browser.test_ui import _no_errors
from tests.factories.people import PASSWORD

__all__ = ["_no_errors", "mails"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
PUBLIC = ["login/", "signup/", "password/reset/", "password/reset/done/", "confirm-email/",
          "confirm-email/x/", "inactive/", "password/reset/key/1-x/"]  # fmt: skip
OWN = ["/account/", "/account/preferences/", "/account/sessions/", "/accounts/password/change/",
       "/accounts/reauthenticate/", "/accounts/logout/"]  # fmt: skip


def check(page: Page, url: str) -> None:
    """No finding of axe and no sideways scroll, in both themes and at both widths."""
    page.goto(url)
    assert look(page) == []


def test_the_public_pages(page: Page, live_server: Any) -> None:
    for path in PUBLIC:
        check(page, f"{live_server.url}/accounts/{path}")


@pytest.mark.parametrize("who", ["agent", "carol", "alice"])
def test_ones_own_pages(who: str, request: Any, browse_as: Any, live_server: Any) -> None:
    page = browse_as(request.getfixturevalue(who))
    for path in OWN if who == "agent" else OWN[:3]:
        check(page, live_server.url + path)


def test_the_administrators_pages(
    admin: User, agent: User, browse_as: Any, live_server: Any, mails: Any
) -> None:
    actions.invite_staff(email="zoe@desk.test", name="Zoe", role="agent", actor=admin)
    page = browse_as(admin)
    for path in ["", f"{agent.pk}/", "invite/", "invitations/", "?q=nobody"]:
        check(page, f"{live_server.url}/people/{path}")


def test_an_invited_colleague_comes_in(
    admin: User, page: Page, live_server: Any, mails: Any
) -> None:
    actions.invite_staff(email="zoe@desk.test", name="Zoe", role="agent", actor=admin)
    check(page, live_server.url + mails[0].link)
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_role("button", name="Make my account").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Make my account").click()
    expect(page).not_to_have_url(re.compile("invitation"))
    assert Invitation.objects.get().accepted_at


def test_the_colours_chosen_in_the_profile_win_over_the_browsers(
    agent: User, browse_as: Any, live_server: Any
) -> None:
    page = browse_as(agent)
    page.goto(live_server.url + "/account/")
    page.evaluate("localStorage.setItem('theme', 'light')")
    page.get_by_label("Dark", exact=True).check()
    page.get_by_role("button", name="Save profile").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
