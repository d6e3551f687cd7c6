"""A macro by keyboard only: written, looked at, run."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser.looks import OPTIONS
from tests.browser.test_ui import _no_errors
from tests.factories.texts import make_macro
from tests.factories.work import make_ticket
from tickets.models import Message

__all__ = ["_no_errors"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def test_a_macro_by_keyboard(agent: User, acme: Any, browse_as: Any, live_server: Any) -> None:
    ticket = make_ticket(acme)
    make_macro(("note", "Looked at {{ ticket.number }}."), name="Look", owner=agent)
    page: Page = browse_as(agent)
    page.emulate_media(reduced_motion="reduce")
    page.goto(live_server.url + "/canned/macros/new/")
    page.get_by_label("Name").fill("Greet")
    page.get_by_role("button", name="Add internal note").press("Enter")
    note = page.get_by_role("textbox", name="Add internal note")
    expect(note).to_be_focused()
    page.keyboard.type("Greeted.")
    page.get_by_role("button", name="Set priority").press("Enter")
    page.get_by_role("combobox", name="Set priority").select_option("Urgent")
    page.get_by_role("button", name="Do “Set priority” earlier").press("Enter")
    expect(page.locator("#macro-steps li label").first).to_have_text("Set priority")
    expect(note).to_have_value("Greeted.")
    page.get_by_label("Name").press("Enter")  # saves, and moves no step
    expect(page.get_by_role("link", name="Greet")).to_be_visible()

    page.goto(live_server.url + ticket.get_absolute_url())
    page.keyboard.press("y")
    expect(page.get_by_role("combobox", name="Find a macro")).to_be_focused()
    page.keyboard.type("greet")
    expect(page.locator("#macros").get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Run macro")).to_be_focused()
    found = Axe().run(page, options=OPTIONS)
    assert found.response["violations"] == [], found.generate_report()
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("“Greet” ran on"))).to_be_visible()
    assert Message.objects.get().body == "Greeted."
