"""The desk by keyboard only, and two people on one ticket."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser.test_ui import OPTIONS, _no_errors
from tests.factories.work import make_ticket

__all__ = ["_no_errors"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def look(page: Page) -> None:
    """No violation in the state the page is in."""
    page.wait_for_load_state("networkidle")
    found = Axe().run(page, options=OPTIONS)
    assert found.response["violations"] == [], found.generate_report()


def test_an_hour_by_keyboard(
    agent: User, alice: User, acme: Any, browse_as: Any, live_server: Any
) -> None:
    first, second, third = (
        make_ticket(acme, subject=subject)
        for subject in ("Paper jam in tray two", "No network upstairs", "Till prints blanks")
    )
    page: Page = browse_as(agent)
    page.emulate_media(reduced_motion="reduce")
    press = page.keyboard.press
    page.goto(live_server.url + "/tickets/view/all/?sort=reference")

    # The list of keys, by area.
    press("?")
    expect(page.get_by_role("heading", name="On a ticket")).to_be_visible()
    look(page)
    press("Escape")
    expect(page.locator("#shortcuts")).to_be_hidden()

    # Walk the queue, open a ticket, look at its neighbours, and come back to the same row.
    press("j"), press("j")
    expect(page.get_by_role("link", name=second.subject)).to_be_focused()
    press("o")
    expect(page).to_have_url(live_server.url + second.get_absolute_url())
    press("]")
    expect(page.get_by_role("heading", name=third.subject)).to_be_visible()
    press("["), expect(page.get_by_role("heading", name=second.subject)).to_be_visible()
    press("[")
    expect(page.get_by_role("heading", name=first.subject)).to_be_visible()
    press("u")
    expect(page).to_have_url(re.compile(r"/tickets/view/all/\?sort=reference$"))
    expect(page.get_by_role("link", name=first.subject)).to_be_focused()

    # One key changes the row one stands on, as if it were selected.
    press("a")
    expect(page.get_by_role("button", name="Nobody")).to_be_focused()
    look(page)
    press("ArrowDown"), press("Enter")
    expect(page.get_by_text("1 ticket changed.")).to_be_visible()
    first.refresh_from_db()
    assert first.technician == alice.technician
