"""The desk by keyboard only, and two people on one ticket."""

import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from tests.browser.looks import OPTIONS
from tests.browser.real_desk import RealDesk
from tests.browser.test_main_job import sign_in
from tests.browser.test_ui import _no_errors
from tests.factories.texts import make_macro
from tests.factories.work import make_ticket
from tickets.actions import add_note
from tickets.models import MessageKind

__all__ = ["_no_errors"]
pytestmark = pytest.mark.browser


def on_ticket(page: Page, subject: str) -> None:
    """Wait until the ticket is open and its scripts, which hear the keys, are there."""
    expect(page.get_by_role("heading", name=subject)).to_be_visible()
    expect(page.locator("[data-walks]")).to_be_visible()


def walk_to(page: Page, role: Any, name: str, *, within: str = "body") -> None:
    """Press Tab until this control has the focus, as somebody without a mouse does."""
    controls = page.locator(within).get_by_role(role, name=name, exact=True)
    wanted = controls.and_(page.locator(":focus"))
    for _step in range(90):
        if wanted.count():
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reached the {role} “{name}”")


def look(page: Page) -> None:
    """No violation in the state the page is in."""
    page.wait_for_load_state("networkidle")
    found = Axe().run(page, options=OPTIONS)
    assert found.response["violations"] == [], found.generate_report()


@pytest.mark.django_db(transaction=True)
def test_an_hour_by_keyboard(
    agent: User, alice: User, acme: Any, browse_as: Any, live_server: Any
) -> None:
    first, second, third = (
        make_ticket(acme, subject=subject)
        for subject in ("Paper jam in tray two", "No network upstairs", "Till prints blanks")
    )
    make_macro(("note", "Looked at it."), name="Look", owner=agent)
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
    for key, subject in (("]", second.subject), ("[", third.subject), ("[", second.subject)):
        on_ticket(page, subject)
        press(key)
    on_ticket(page, first.subject)
    press("u")
    expect(page).to_have_url(re.compile(r"/tickets/view/all/\?sort=reference$"))
    expect(page.get_by_role("link", name=first.subject)).to_be_focused()

    # One key changes the row one stands on, as if it were selected.
    press("a")
    expect(page.get_by_role("button", name="Me", exact=True)).to_be_focused()
    look(page)
    press("ArrowDown"), press("ArrowDown"), press("Enter")
    expect(page.get_by_text("1 ticket changed.")).to_be_visible()
    first.refresh_from_db()
    assert first.technician == alice.technician

    # From the row straight into the words, and back.
    page.goto(live_server.url + "/tickets/view/all/?sort=reference")
    press("j")
    for key, tab in (("r", "Reply"), ("n", "Internal note")):
        expect(page.get_by_role("link", name=first.subject)).to_be_focused()
        press(key)
        on_ticket(page, first.subject)
        expect(page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
        expect(page.get_by_role("tabpanel", name=tab).locator("textarea")).to_be_focused()
        press("Escape"), press("u")

    # Take it into work, answer, and leave a note that names a colleague.
    page.goto(live_server.url + first.get_absolute_url())
    status = page.get_by_label("Status S", exact=True)
    expect(status).to_be_visible()
    press("s")
    expect(status).to_be_focused()
    page.keyboard.type("In p")
    expect(page.locator("#thead-marks")).to_contain_text("In progress")
    expect(status).to_be_focused()
    press("Escape"), press("p")
    expect(page.get_by_label("Priority P", exact=True)).to_be_focused()
    press("Escape"), press("r")
    page.keyboard.type("We are on it.")
    press("Control+Enter")
    expect(page.locator("[data-sending]")).to_contain_text("We are on it.")
    on_ticket(page, first.subject)

    # Think again: undo gives the words back, and they go out once.
    press("z")
    expect(page.locator("#compose-reply textarea")).to_have_value("We are on it.")
    expect(page.locator("[data-sending]")).to_have_count(0)
    assert not first.messages.exists()
    on_ticket(page, first.subject)
    press("r")
    press("Control+Enter")
    expect(page.locator("[data-sending]")).to_contain_text("We are on it.")
    on_ticket(page, first.subject)
    press("n")
    expect(page.get_by_role("tab", name="Internal note")).to_have_attribute("aria-selected", "true")
    page.keyboard.type("Ask @ali")
    chosen = page.locator("#mention-list").get_by_role("option", name="Alice Tech")
    expect(chosen).to_have_attribute("aria-selected", "true", timeout=15_000)
    look(page)
    press("Enter")
    page.keyboard.type("about the roller")
    press("Control+Enter")
    expect(page.locator(".mention")).to_have_text("@Alice Tech")
    assert first.messages.get(kind=MessageKind.NOTE).mentions.get().user == alice

    # A macro does what one does every day.
    on_ticket(page, first.subject)
    press("y")
    expect(page.get_by_role("combobox", name="Find a macro")).to_be_focused()
    page.keyboard.type("look")
    expect(page.locator("#macros").get_by_role("option")).to_have_count(1)
    press("Enter")
    expect(page.get_by_role("button", name="Run macro")).to_be_focused()
    press("Enter")
    expect(page.get_by_text("“Look” ran on")).to_be_visible()

    # Two tickets about one matter become one; it was a mistake, and they are two again.
    on_ticket(page, first.subject)
    press("m")
    expect(page.get_by_label("Add another ticket by its number")).to_be_focused()
    page.keyboard.type(second.reference)
    press("Enter")
    expect(page.get_by_role("heading", name="What happens to")).to_be_visible()
    look(page)
    walk_to(page, "button", "Merge")
    press("Enter")
    expect(page.get_by_text("is merged into")).to_be_visible()
    second.refresh_from_db()
    assert second.merged_into_id == first.pk
    on_ticket(page, first.subject)
    walk_to(page, "link", second.reference)
    press("Enter")
    on_ticket(page, second.subject)
    walk_to(page, "button", "Undo the merge")
    press("Enter")
    expect(page.get_by_text("Put both tickets back as they were before?")).to_be_visible()
    look(page)
    walk_to(page, "button", "Undo the merge", within="#confirm")
    press("Enter")
    expect(page.get_by_role("button", name="Undo the merge")).to_have_count(0)
    second.refresh_from_db()
    assert (second.merged_into_id, second.status) == (None, "open")

    # It can wait until tomorrow.
    on_ticket(page, second.subject)
    press("b")
    expect(
        page.get_by_role("group", name="Quick choices").get_by_role("button").first
    ).to_be_focused()
    press("Enter")
    on_ticket(page, second.subject)
    second.refresh_from_db()
    assert second.wakes_at is not None

    # The form of a visit opens where its button was.
    page.goto(live_server.url + first.get_absolute_url())
    on_ticket(page, first.subject)
    press("v")
    expect(page.get_by_label("Technician", exact=True)).to_be_focused()
    look(page)

    # Resolving asks what fixed it, in its place.
    press("Escape")
    page.evaluate("document.activeElement.blur()")
    expect(status).to_be_visible()
    press("s")
    page.keyboard.type("Res")
    expect(page.get_by_label("What fixed it?")).to_be_focused()
    look(page)
    page.keyboard.type("A new roller.")
    press("Control+Enter")
    expect(page.locator("#thead-marks")).to_contain_text("Resolved")
    expect(status).to_be_focused()  # the rail that came gives the focus back; then keys are keys
    press("Escape"), press("u")
    expect(page.get_by_role("link", name=first.subject)).to_be_focused()
    page.wait_for_load_state("networkidle")


@pytest.fixture(scope="module")
def desk() -> Any:
    with RealDesk(Path(__file__).with_name("seed_desk.py")) as running:
        yield running


def test_two_people_on_one_ticket(browser: Browser, desk: RealDesk) -> None:
    elena, dana = (sign_in(browser, desk, f"{name}@desk.test") for name in ("elena", "dana"))
    for page in (elena, dana):
        page.emulate_media(reduced_motion="reduce")
        page.goto(desk.url + "/tickets/")
        page.locator("main").get_by_role("link", name="Paper jam in tray two").click()
    header = elena.locator(".heres")

    # They see each other, and who writes.
    expect(header).to_contain_text("Dana is looking", timeout=30_000)
    expect(dana.locator(".heres")).to_contain_text("Elena is looking")
    dana.keyboard.press("r")
    dana.keyboard.type("I will")
    expect(header).to_contain_text("Dana is replying")
    look(elena)

    # One field, two savers: the second sees both values; her composer keeps every word.
    elena.keyboard.press("n")
    elena.keyboard.type("Half a note")
    dana.get_by_label("Priority P", exact=True).select_option(label="High")
    expect(dana.locator("#thead-marks")).to_contain_text("High")
    news = elena.locator("#news")
    expect(news).to_contain_text("Dana changed the ticket.", timeout=30_000)
    elena.get_by_label("Priority P", exact=True).select_option(label="Urgent")
    expect(elena.locator("#prop-priority")).to_contain_text(
        "Dana Whitlock set it to “High” meanwhile."
    )
    look(elena)
    elena.get_by_role("button", name="Set “Urgent”").click()
    expect(elena.locator("#thead-marks")).to_contain_text("Urgent")

    # A note of Dana's waits behind "Show".
    dana.keyboard.press("Escape")
    dana.keyboard.press("n")
    dana.keyboard.type("The roller is here.")
    dana.keyboard.press("Control+Enter")
    expect(news).to_contain_text("1 new message from Dana.", timeout=30_000)
    expect(elena.locator(".convo")).not_to_contain_text("The roller is here.")
    elena.get_by_role("link", name="Show").click()
    expect(elena.locator(".convo")).to_contain_text("The roller is here.")
    expect(elena.locator(".convo .msg").last).to_be_focused()
    expect(news).to_be_empty()
    expect(elena.locator("#note-body")).to_have_value("Half a note")
    look(elena)

    # Who closes the page is gone.
    dana.context.close()
    expect(header).to_be_empty(timeout=30_000)


@pytest.mark.parametrize("width", [390, 1440])
def test_the_ticket_page_ends_where_its_window_ends(
    width: int, agent: User, acme: Any, browse_as: Any, live_server: Any
) -> None:
    ticket = make_ticket(acme)
    for number in range(12):
        add_note(ticket, f"Line {number}\n" * 6, actor=agent)
    page: Page = browse_as(agent)
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(live_server.url + ticket.get_absolute_url())
    expect(page.get_by_text("Line 11").first).to_be_attached()
    assert page.evaluate("document.documentElement.scrollHeight") <= 844
