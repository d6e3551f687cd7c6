"""Canned replies in the composer, by keyboard only, in Chromium."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser.looks import OPTIONS
from tests.browser.test_ui import _no_errors
from tests.factories.texts import make_canned
from tests.factories.work import make_ticket

__all__ = ["_no_errors"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def test_a_text_goes_to_the_cursor(
    agent: User, acme: Any, browse_as: Any, live_server: Any
) -> None:
    ticket = make_ticket(acme)
    make_canned("Serial", "Number of\n{{ ticket.number }}? {{ nope }}", owner=agent, shortcut="sn")
    page: Page = browse_as(agent)
    page.emulate_media(reduced_motion="reduce")
    page.goto(live_server.url + ticket.get_absolute_url())
    page.keyboard.press("r")
    text = page.locator("#compose-reply textarea")
    text.fill("Hello.  Bye; now.")
    for _ in range(len(" Bye; now.")):
        page.keyboard.press("ArrowLeft")
    page.keyboard.type(";sn")
    field = page.get_by_role("combobox", name="Find a canned reply")
    expect(field).to_be_focused()
    expect(page.get_by_role("option", name=re.compile("Serial"))).to_be_visible()
    found = Axe().run(page, options=OPTIONS)
    assert found.response["violations"] == [], found.generate_report()
    page.keyboard.press("Enter")
    said = f"Number of\n{ticket.reference}? {{{{ nope }}}}"
    expect(text).to_have_value(f"Hello. {said} Bye; now.")
    expect(text).to_be_focused()
    expect(page.get_by_text("{{ nope }} is not a placeholder we know.")).to_be_visible()
    text.fill("Well. ")
    expect(page.get_by_text("is not a placeholder")).to_be_hidden()
    page.keyboard.type(";)")  # no text: what was typed stays
    expect(field).to_have_value(")")
    page.keyboard.press("Escape")
    expect(text).to_have_value("Well. ;)")
