"""The components in Chromium: WCAG with axe, no sideways scroll, and what the scripts do."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from customers.models import Customer
from tests.browser.looks import EVERY_LOOK, look
from tests.factories.work import make_device

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("demo"),
]
PAGES = [
    "/demo/components/",
    "/demo/components/base_portal/",
    "/demo/shell/portal/",
    "/demo/shell/field/",
    "/demo/shell/auth/",
    "/demo/devices/",
    "/demo/devices/?q=nothing",
    "/demo/products/add/",
]
# Refusals a test asks for, and what a page was still fetching when somebody went on.
NO_FAULT = "WebSocket|404|422|htmx:(afterRequest|sendError|sendAbort)"


@pytest.fixture
def desk(browse_as: Any, agent: User, acme: Customer) -> Page:
    """A browser of an agent, on the demo site."""
    for n in range(3):
        make_device(acme, serial=f"KLP420-{n}")
    page: Page = browse_as(agent)
    return page


@pytest.fixture(autouse=True)
def _no_errors(page: Page) -> Iterator[None]:
    """A script error or a refusal by the content security policy fails the test."""
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda message: problems.append(message.text) if message.type == "error" else None,
    )
    yield
    ours = [text for text in problems if not re.search(NO_FAULT, text)]
    assert ours == []


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_in_either_theme_and_size(
    desk: Page, live_server: Any, path: str
) -> None:
    desk.goto(live_server.url + path)
    assert look(desk, EVERY_LOOK) == []


def test_no_sideways_scroll_at_320(desk: Page, live_server: Any) -> None:
    desk.set_viewport_size({"width": 320, "height": 700})
    for path in PAGES:
        desk.goto(live_server.url + path)
        assert desk.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_typing_filters_without_losing_the_place(desk: Page, live_server: Any) -> None:
    desk.goto(live_server.url + "/demo/devices/")
    desk.keyboard.press("/")
    desk.keyboard.type("klp420-1")
    expect(desk.locator("tbody tr")).to_have_count(1)
    expect(desk).to_have_url(re.compile(r"/demo/devices/\?q=klp420-1"))
    expect(desk.locator("#list-count")).to_have_text("1")
    expect(desk.locator("#id_q")).to_be_focused()


def test_a_chip_says_what_is_chosen(desk: Page, live_server: Any) -> None:
    desk.goto(live_server.url + "/demo/devices/")
    chip = desk.locator("[data-chip]", has_text="Status")
    chip.locator("summary").click()
    chip.get_by_label("In use").check()
    expect(chip.locator("summary")).to_have_text(re.compile("Status In use"))
    expect(desk).to_have_url(re.compile("status=active"))
    desk.keyboard.press("Escape")
    expect(chip).not_to_have_attribute("open", "")


def test_sorting_is_kept_when_a_filter_changes(desk: Page, live_server: Any) -> None:
    desk.goto(live_server.url + "/demo/devices/")
    desk.get_by_role("link", name="Serial number").click()
    expect(desk.locator("tbody tr").first).to_contain_text("KLP420-2")
    desk.locator("#id_q").fill("klp")
    expect(desk).to_have_url(re.compile("q=klp"))
    expect(desk.locator("tbody tr").first).to_contain_text("KLP420-2")


def test_keys_walk_rows_and_rest_while_typing(desk: Page, live_server: Any) -> None:
    desk.goto(live_server.url + "/demo/devices/")
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    expect(desk.locator("tbody tr.cur")).to_contain_text("KLP420-1")
    desk.locator("#id_q").fill("c?")
    desk.keyboard.type("j")
    expect(desk).to_have_url(re.compile("/demo/devices/"))
    desk.locator("#id_q").blur()
    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def test_single_keys_can_be_switched_off(desk: Page, live_server: Any, agent: User) -> None:
    agent.single_keys = False
    agent.save(update_fields=["single_keys"])
    desk.goto(live_server.url + "/demo/devices/")
    desk.keyboard.press("c")
    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog")).to_have_count(0)
    expect(desk).to_have_url(re.compile("/demo/devices/$"))
    desk.keyboard.press("Control+/")
    expect(desk.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def test_the_theme_is_kept(desk: Page, live_server: Any) -> None:
    desk.goto(live_server.url + "/demo/devices/")
    menu = desk.locator(".side .drop-x--up")
    menu.locator("summary").click()
    with desk.expect_response(re.compile("theme")):
        menu.get_by_role("button", name="Dark").click()
    expect(desk.locator("html")).to_have_attribute("data-bs-theme", "dark")
    desk.reload()
    expect(desk.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_password_can_be_looked_at(desk: Page, live_server: Any) -> None:
    desk.goto(live_server.url + "/demo/shell/auth/")
    desk.get_by_role("button", name="Show password").click()
    expect(desk.locator("#p")).to_have_attribute("type", "text")


def test_a_question_comes_before_a_form_with_consequences(desk: Page, live_server: Any) -> None:
    desk.goto(live_server.url + "/demo/components/")
    desk.get_by_role("button", name="Send quote").click()
    dialog = desk.get_by_role("dialog", name="Send the quote?")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Not now").click()
    expect(dialog).to_be_hidden()
    expect(desk).to_have_url(re.compile("/demo/components/$"))


def test_files_can_be_dropped(desk: Page, live_server: Any, tmp_path: Path) -> None:
    note = tmp_path / "panel-code.txt"
    note.write_text("13.20.02")
    desk.goto(live_server.url + "/demo/components/")
    desk.locator("input[type=file]").set_input_files(note)
    expect(desk.locator("[data-drop-list]")).to_contain_text("panel-code.txt")


def test_good_news_floats_and_errors_stay(desk: Page, live_server: Any) -> None:
    desk.goto(live_server.url + "/demo/components/")
    expect(desk.locator("#toasts")).to_contain_text("3 tickets assigned")
    expect(desk.locator("[data-messages]")).to_contain_text("Reply not sent")


def test_the_phone_menu_opens(desk: Page, live_server: Any) -> None:
    desk.set_viewport_size({"width": 390, "height": 844})
    desk.goto(live_server.url + "/demo/devices/")
    desk.get_by_role("button", name="Open menu").click()
    expect(desk.get_by_role("navigation", name="Menu")).to_be_visible()


@pytest.mark.parametrize(
    "path", ["/demo/devices/?q=klp", "/demo/devices/?status=active&status=retired"]
)
def test_the_filter_bar_works_without_scripts(
    browser: Any, desk: Page, live_server: Any, path: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(desk.context.cookies())
    page = context.new_page()
    page.goto(live_server.url + path)
    assert page.locator("tbody tr").count() == 3
    page.locator("[data-apply]").click()
    assert "/demo/devices/?" in page.url
    assert page.locator("tbody tr").count() == 3
    context.close()
