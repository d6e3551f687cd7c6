"""Articles in the composer, by keyboard only; and an article that attacks its reader."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser.looks import OPTIONS
from tests.browser.test_ui import _no_errors
from tests.factories.articles import make_article
from tests.factories.work import make_ticket

__all__ = ["_no_errors"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def test_an_article_goes_to_the_cursor(
    agent: User, acme: Any, browse_as: Any, live_server: Any
) -> None:
    ticket = make_ticket(acme, subject="Paper jam")
    open_one = make_article("Clear a paper jam")
    make_article("Jam recipe", "1. Pull\n2. Push", visibility="staff")
    page: Page = browse_as(agent)
    page.emulate_media(reduced_motion="reduce")
    page.goto(live_server.url + ticket.get_absolute_url())
    page.keyboard.press("r")
    text = page.locator("#compose-reply textarea")
    text.fill("See: ")
    for _ in range(2):  # past the canned replies
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    field = page.get_by_role("combobox", name="Find an article")
    expect(field).to_be_focused()
    expect(page.get_by_role("option", name=re.compile("Clear a paper jam"))).to_be_visible()
    found = Axe().run(page, options=OPTIONS)
    assert found.response["violations"] == [], found.generate_report()
    page.keyboard.type("clear")
    page.keyboard.press("Enter")
    expect(text).to_have_value(re.compile(f"^See: Clear a paper jam: http.*{open_one.help_url}$"))
    expect(text).to_be_focused()

    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.type("recipe")
    page.keyboard.press("Enter")
    expect(page.get_by_text("lead the customer nowhere")).to_be_visible()
    expect(page.get_by_role("button", name="Whole text")).to_be_focused()
    page.keyboard.press("Enter")  # its text instead
    expect(page.get_by_text("written for staff only")).to_be_visible()
    found = Axe().run(page, options=OPTIONS)
    assert found.response["violations"] == [], found.generate_report()
    expect(page.get_by_role("button", name="Insert it into the public reply")).to_be_focused()
    page.keyboard.press("Enter")  # yes
    expect(text).to_have_value(re.compile(r"1\. Pull\n2\. Push$"))


def test_nothing_in_an_article_runs_or_is_fetched(page: Page, live_server: Any) -> None:
    attack = (
        "<script>document.title='hit'</script> <img src=https://evil.test/a onerror=alert(1)>"
        " ![x](https://evil.test/b) [x](javascript:alert(1)) <svg onload=alert(1)>"
    )
    article = make_article(attack[:150], f"# {attack}\n\n{attack}\n\n| {attack} |\n|---|\n| x |")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: pytest.fail("a script ran"))
    page.goto(live_server.url + article.help_url)
    expect(page.get_by_role("heading", level=1)).to_contain_text("<script>")
    assert page.title() != "hit"
    assert not [url for url in asked if "://evil" in url]
    for link in page.get_by_role("link").all():
        assert not (link.get_attribute("href") or "").startswith("javascript")
