"""Search and the palette in Chromium: WCAG in both themes and sizes, and only the keyboard."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser.looks import OPTIONS
from tests.browser.test_accounts import check
from tests.browser.test_ui import _no_errors
from tests.factories.work import make_ticket

__all__ = ["_no_errors"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def test_the_search_page(agent: User, acme: Any, browse_as: Any, live_server: Any) -> None:
    make_ticket(acme, subject="Paper jam in tray two")
    page = browse_as(agent)
    for query in ("", "?q=jam", "?q=acme", "?q=xqzv+colour:red"):
        check(page, f"{live_server.url}/search/{query}")


def test_results_come_while_one_types(
    agent: User, acme: Any, browse_as: Any, live_server: Any
) -> None:
    make_ticket(acme, subject="Zeppelin jam")
    page: Page = browse_as(agent)
    page.goto(live_server.url + "/search/")
    page.get_by_role("searchbox").press_sequentially("zepp")
    expect(page.get_by_role("link", name="Zeppelin jam")).to_be_visible()
    expect(page).to_have_url(re.compile(r"q=zepp"))


def test_the_palette_by_keyboard(agent: User, acme: Any, browse_as: Any, live_server: Any) -> None:
    ticket = make_ticket(acme, subject="Zeppelin jam")
    page: Page = browse_as(agent)
    page.emulate_media(reduced_motion="reduce")
    page.goto(live_server.url + "/customers/")
    box = page.locator("[data-key-search]").first
    box.focus()
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Search or type a command")
    expect(field).to_be_focused()
    expect(page.get_by_role("option", name="New ticket")).to_have_attribute("aria-selected", "true")
    found = Axe().run(page, options=OPTIONS)
    assert found.response["violations"] == [], found.generate_report()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", name="Tickets: Mine")).to_have_attribute(
        "aria-selected", "true"
    )
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    expect(box).to_be_focused()
    page.keyboard.press("Control+k")
    page.keyboard.type("zeppelin")
    expect(page.get_by_role("option", name=re.compile("Zeppelin jam"))).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(live_server.url + ticket.get_absolute_url())
