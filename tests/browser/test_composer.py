"""The composer in a real browser: nothing typed is lost, nothing sent is doubled."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from tests.factories.work import make_ticket
from tickets import actions
from tickets.models import DeskSettings, Draft, Message, Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXT = "#compose-reply textarea"


@pytest.fixture
def open_as(browser: Browser, live_server: Any, client_of: Any) -> Any:
    """A browser of its own for somebody, on a ticket's page."""
    pages = []

    def open_page(user: User, ticket: Ticket, context: Any = None) -> Page:
        context = context or browser.new_context()
        value = client_of(user).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.goto(f"{live_server.url}/tickets/{ticket.pk}/")
        expect(page.locator("[data-composer-tabs]")).to_be_visible()
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        if not page.is_closed():
            # A request still running would meet the emptying of the database.
            page.wait_for_load_state("networkidle")
            page.context.close()


@pytest.fixture
def ticket(acme: Any) -> Ticket:
    return make_ticket(acme)


def typed_and_saved(page: Page, text: str, form: str = "#compose-reply") -> None:
    page.locator(f"{form} textarea").fill(text)
    page.locator(f"{form} textarea").blur()
    expect(page.locator(f"{form} [data-draft-state]")).to_contain_text("Draft saved")


def test_undo_brings_the_reply_back_with_its_file(agent, ticket, open_as):
    page = open_as(agent, ticket)
    page.locator(TEXT).fill("A hasty answer")
    page.locator("#compose-reply [name=files]").set_input_files(
        {"name": "log.txt", "mimeType": "text/plain", "buffer": b"lines"}
    )
    page.locator(TEXT).press("Control+Enter")
    expect(page.locator("[data-sending]")).to_contain_text("in 1")
    assert page.locator(TEXT).input_value() == ""
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(TEXT)).to_have_value("A hasty answer")
    expect(page.locator("#compose-reply .comp-files")).to_contain_text("log.txt")
    assert not Message.objects.exists()
    assert actions.release_due(now=timezone.now() + timedelta(minutes=1)) == 0


def test_the_countdown_ends_with_the_reply_in_the_conversation(agent, ticket, open_as):
    DeskSettings.load()
    DeskSettings.objects.update(undo_seconds=2)
    page = open_as(agent, ticket)
    page.locator(TEXT).fill("Try the other tray.")
    page.get_by_role("button", name="Send reply").click()
    expect(page.locator("[data-sending]")).to_be_visible()
    page.locator(TEXT).fill("Half a second reply")
    actions.release_due(now=timezone.now() + timedelta(seconds=3))
    expect(page.locator("[data-sending]")).to_have_count(0)
    expect(page.locator(".msg--staff")).to_contain_text("Try the other tray.")
    expect(page.locator(TEXT)).to_have_value("Half a second reply")


def test_the_second_of_two_agents_is_stopped_and_decides(agent, manager, ticket, open_as):
    first, second = open_as(agent, ticket), open_as(manager, ticket)
    first.locator(TEXT).fill("First answer")
    second.locator(TEXT).fill("Second answer")
    second.locator("#compose-reply [name=files]").set_input_files(
        {"name": "b.txt", "mimeType": "text/plain", "buffer": b"b"}
    )
    first.get_by_role("button", name="Send reply").click()
    expect(first.locator("[data-sending]")).to_be_visible()
    second.get_by_role("button", name="Send reply").click()
    notice = second.locator("[data-stale]")
    expect(notice).to_contain_text("First answer")
    expect(second.locator(TEXT)).to_have_value("Second answer")
    expect(second.locator("#compose-reply .comp-files")).to_contain_text("b.txt")
    assert Message.objects.count() == 1
    notice.get_by_role("button", name="Send anyway").click()
    expect(second.locator("[data-sending]")).to_have_count(2)
    assert sorted(Message.objects.values_list("body", flat=True)) == [
        "First answer",
        "Second answer",
    ]


def test_a_draft_outlives_a_crash(agent, ticket, open_as):
    page = open_as(agent, ticket)
    typed_and_saved(page, "Written before the crash")
    page.get_by_role("tab", name="Internal note").click()
    typed_and_saved(page, "A note, too", "#compose-note")
    page.context.close()  # everything the browser knew is gone
    again = open_as(agent, ticket)
    expect(again.locator(TEXT)).to_have_value("Written before the crash")
    expect(again.locator("#compose-note textarea")).to_have_value("A note, too")


def test_a_sign_out_costs_no_word(agent, ticket, open_as, live_server, client_of):
    page = open_as(agent, ticket)
    page.context.clear_cookies(name="sessionid")
    page.locator(TEXT).fill("Written while signed out")
    page.get_by_role("button", name="Send reply").click()
    expect(page.locator("#compose-reply [data-draft-state]")).to_contain_text("signed out")
    expect(page.locator(TEXT)).to_have_value("Written while signed out")
    page.locator("#compose-reply [data-draft-state] a").click()
    expect(page.locator("[name=login]")).to_be_visible()
    value = client_of(agent).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
    page.goto(f"{live_server.url}/tickets/{ticket.pk}/")
    expect(page.locator(TEXT)).to_have_value("Written while signed out")
    expect(page.locator("#compose-reply [data-draft-state]")).to_contain_text("Draft saved")
    assert not Message.objects.exists()


def test_two_tabs_of_one_person_choose_which_text_stays(agent, ticket, open_as):
    one = open_as(agent, ticket)
    two = open_as(agent, ticket, context=one.context)
    typed_and_saved(one, "From the first tab")
    two.locator(TEXT).fill("From the second tab")
    two.locator(TEXT).blur()
    state = two.locator("#compose-reply [data-draft-state]")
    expect(state).to_contain_text("another tab")
    assert Draft.objects.get().body == "From the first tab"
    state.get_by_role("button", name="Keep mine").click()
    expect(state).to_contain_text("Draft saved")
    assert Draft.objects.get().body == "From the second tab"


def test_a_refused_file_keeps_text_and_files(agent, ticket, open_as):
    page = open_as(agent, ticket)
    page.locator(TEXT).fill("See both")
    page.locator("#compose-reply [name=files]").set_input_files(
        [
            {"name": "good.txt", "mimeType": "text/plain", "buffer": b"fine"},
            {"name": "bad.png", "mimeType": "image/png", "buffer": b"<html>liar"},
        ]
    )
    page.get_by_role("button", name="Send reply").click()
    expect(page.locator("#compose-reply")).to_contain_text("is not what its name says")
    expect(page.locator(TEXT)).to_have_value("See both")
    names = "[...document.querySelector('#compose-reply [name=files]').files].map((f) => f.name)"
    assert page.evaluate(names) == ["good.txt", "bad.png"]


def test_the_keys_open_and_a_note_cannot_be_mistaken(agent, ticket, open_as):
    page = open_as(agent, ticket)
    page.locator("h1").click()
    page.keyboard.press("n")
    expect(page.locator("#compose-note textarea")).to_be_focused()
    expect(page.locator("[data-composer]")).to_contain_text("the customer never sees this")
    assert "comp-box--note" in page.locator("[data-composer]").get_attribute("class")
    page.keyboard.type("For us only")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg--note")).to_contain_text("For us only")
    assert Message.objects.get().kind == "note"
    page.locator("h1").click()
    page.keyboard.press("r")
    expect(page.locator(TEXT)).to_be_focused()


def test_files_are_pasted_into_the_open_form(agent, ticket, open_as):
    page = open_as(agent, ticket)
    page.locator(TEXT).evaluate("""(field) => {
        const data = new DataTransfer();
        data.items.add(new File(["x"], "shot.txt", { type: "text/plain" }));
        field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
    }""")
    expect(page.locator("#compose-reply .comp-files")).to_contain_text("shot.txt")
    page.locator("#compose-reply .comp-files .btn-close").click()
    expect(page.locator("#compose-reply .comp-files .file")).to_have_count(0)
