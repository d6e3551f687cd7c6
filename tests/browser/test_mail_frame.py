"""HTML of a mail in a real browser: nothing runs, nothing is fetched before the click."""

import json
from email.message import EmailMessage
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from mailbox import showing
from mailbox.actions import receive
from mailbox.models import InboundMail
from mailbox.parsing.html import CleanHtml
from tests.factories.files import picture
from tests.factories.mails import make_mailbox

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# ATTACKS A37, and what else a mail may try.
HOSTILE = """
<style>@import url(https://elsewhere.test/a.css); body{background:url(//elsewhere.test/b)}</style>
<link rel="stylesheet" href="https://elsewhere.test/c.css"><base href="https://elsewhere.test/">
<meta http-equiv="refresh" content="0;url=https://elsewhere.test/d">
<div style="position:fixed;inset:0;background:url(//elsewhere.test/e)">cover</div>
<table background="https://elsewhere.test/f"><tr><td background="//elsewhere.test/g">x</td></tr>
</table><img src="https://elsewhere.test/pixel.gif" srcset="https://elsewhere.test/h 2x">
<img src=x onerror="parent.document.title='ran'"><svg onload="parent.document.title='ran'"></svg>
<script>parent.document.title='ran'</script><iframe src="https://elsewhere.test/i"></iframe>
<video poster="https://elsewhere.test/j" src="https://elsewhere.test/k" autoplay></video>
<object data="https://elsewhere.test/l"></object><embed src="https://elsewhere.test/m">
<form action="https://elsewhere.test/n"><button autofocus>Sign in again</button></form>
<a href="javascript:parent.document.title='ran'">one</a><p>The end of it</p>
"""


@pytest.fixture
def elsewhere(context: BrowserContext, live_server: Any) -> list[Any]:
    """Requests that leave the desk; none of them gets out."""
    heard: list[Any] = []

    def stop(route: Any) -> None:
        heard.append(route.request)
        route.fulfill(status=200, content_type="image/png", body=picture().read())

    context.route(lambda url: not url.startswith((live_server.url, "data:")), stop)
    return heard


def html_mail(html: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Carol Contact <carol@acme.test>", "Look at this"
    mail["To"] = "support@desk.test"
    mail.set_content("In words")
    mail.add_alternative(html, subtype="html")
    return mail.as_bytes()


def open_ticket(page: Page, live_server: Any, client_of: Any, user: Any, row: InboundMail) -> Any:
    """The frame of the mail that opened the ticket, unfolded."""
    value = client_of(user).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
    page.set_default_timeout(15_000)
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.goto(f"{live_server.url}/tickets/{row.ticket_id}/")
    expect(page.locator("#mail-report")).to_contain_text("As it was sent")
    assert page.locator("#mail-report iframe").get_attribute("src") is None
    page.get_by_text("As it was sent").press("Enter")
    return page.frame_locator("#mail-report iframe")


def test_nothing_runs_and_nothing_is_fetched_before_the_click(
    page, live_server, client_of, agent, carol, elsewhere
):
    row = receive(make_mailbox(), html_mail(HOSTILE))[0]
    frame = open_ticket(page, live_server, client_of, agent, row)
    expect(frame.get_by_text("The end of it")).to_be_visible()
    bar = page.locator("[data-mail-pictures]")
    expect(bar).to_contain_text("(1)")
    page.wait_for_timeout(500)
    assert [request.url for request in elsewhere] == []
    assert "ran" not in page.title()
    high = page.locator("#mail-report iframe").bounding_box()["height"]
    inside = page.frames[1].evaluate("document.documentElement.scrollHeight")
    assert abs(high - inside) < 20

    bar.get_by_role("button").click()
    expect(bar).to_be_hidden()
    expect(frame.get_by_text("The end of it")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert [request.url for request in elsewhere] == ["https://elsewhere.test/pixel.gif"]
    headers = elsewhere[0].all_headers()
    assert "referer" not in headers
    assert "cookie" not in headers
    assert "ran" not in page.title()


def test_policy_and_sandbox_hold_when_the_cleaner_fails(
    page, live_server, client_of, agent, carol, elsewhere, monkeypatch
):
    monkeypatch.setattr(showing, "clean_html", lambda html, cids, **_: CleanHtml(html, 0))
    row = receive(make_mailbox(), html_mail(HOSTILE))[0]
    frame = open_ticket(page, live_server, client_of, agent, row)
    expect(frame.get_by_text("The end of it")).to_be_attached()
    page.wait_for_timeout(500)
    assert [request.url for request in elsewhere] == []
    assert "ran" not in page.title()


def test_known_attacks(page, live_server, client_of, agent, carol, elsewhere, cases_dir):
    lines = (cases_dir / "xss" / "cases.jsonl").read_text().split("\n")
    payloads = [json.loads(line)["payload"] for line in lines if line]
    mark = "<p>still here</p>"
    box = make_mailbox()
    value = client_of(agent).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.goto(f"{live_server.url}/tickets/")
    count = 0
    for start in range(0, len(payloads), 150):
        some = payloads[start : start + 150]
        count += len(some)
        body = mark + "".join(f"<div>{payload}</div>" for payload in some)
        row = receive(box, html_mail(body).replace(b"Look at this", b"Look %d" % count))[0]
        page.goto(f"{live_server.url}/mail/{row.pk}/as-sent/")
        expect(page.get_by_text("still here").first).to_be_visible()
        policy = page.evaluate("1 + 1")  # the page answers: nothing hangs
        assert policy == 2
    assert count > 1_000
    assert [request.url for request in elsewhere] == []
