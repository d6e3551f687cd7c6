"""The one thing the desk exists for, from end to end, through three real sessions.

Real PostgreSQL, Redis, web, worker, beat and browser. Only the companies outside are fakes: a
local SMTP server and a Twilio-compatible endpoint that checks requests against Twilio's schema.
"""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.real_desk import RealDesk
from tests.factories.files import picture
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.browser
AMARA, JOEL, JOEL_PHONE, AMARA_PHONE = (
    "amara@brightwell.test", "joel@desk.test", "+447700900301", "+447700900201",
)  # fmt: skip
PATIENCE = 30  # seconds a person may wait for news on a loaded machine


@pytest.fixture(scope="module")
def desk() -> Iterator[RealDesk]:
    with RealDesk(Path(__file__).with_name("seed_main_job.py")) as running:
        yield running


def sign_in(browser: Browser, desk: RealDesk, email: str, *, width: int = 1440) -> Page:
    """A session of its own, signed in by typing, that fails on any script or policy error."""
    page = browser.new_context(viewport={"width": width, "height": 844}).new_page()
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: pytest.fail(f"{email}: {error}"))
    page.goto(desk.url)
    page.get_by_label("Email", exact=False).or_(page.get_by_label("E-mail")).first.fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).not_to_have_url(re.compile("/accounts/login/"))
    return page


def eventually(found: Callable[[], list], count: int = 1) -> list:
    """Wait for at least so many items; returns them."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if len(items := found()) >= count:
            return items
        time.sleep(0.2)
    raise AssertionError(f"only {len(found())} of {count} arrived in {PATIENCE} s")


def no_wide_page(page: Page) -> None:
    page.locator("footer, main").first.wait_for()  # a page that is just leaving has no width
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_from_the_report_to_the_close(browser: Browser, desk: RealDesk) -> None:
    mails = lambda address, words: [  # noqa: E731
        mail for mail in desk.sink.to(address) if words in mail.message["Subject"] + mail.text
    ]

    # The customer reports a problem with a registered device and attaches a photo.
    amara = sign_in(browser, desk, AMARA)
    amara.get_by_role("link", name=re.compile("Report a problem")).first.click()
    amara.get_by_text("LaserPro 420").first.click()
    amara.locator("[name=subject]").fill("Printer jams on every second page")
    amara.locator("[name=description]").fill("Code 13.20.02 since Monday. 🖨️")
    amara.locator("[name=category]").select_option(label="Printing")
    photo = picture("panel-code.png")
    amara.locator("[name=files]").set_input_files(
        {"name": "panel-code.png", "mimeType": "image/png", "buffer": photo.read()}
    )
    amara.get_by_text("It slows us down").click()
    amara.get_by_role("button", name="Send to support").click()
    expect(amara.locator("body")).to_contain_text(re.compile(r"SD-\d{6}"))
    number = re.search(r"SD-\d{6}", amara.locator("body").inner_text())[0]
    [acknowledged] = eventually(lambda: mails(AMARA, number))
    assert f"[{number}]" in acknowledged.message["Subject"]
    assert acknowledged.message["Auto-Submitted"] == "auto-generated"

    # The desk found the best technician, and told him by SMS.
    [told] = eventually(lambda: desk.twilio.to(JOEL_PHONE))
    assert number in told.body
    assert not desk.sink.to("samira@desk.test")

    # The agent sees the choice explained, and answers.
    elena = sign_in(browser, desk, "elena@desk.test")
    elena.locator("main").get_by_role("link", name="Printer jams on every second page").click()
    rail = elena.get_by_role("complementary", name="Details")
    expect(rail).to_contain_text("Joel Becker")
    expect(rail).to_contain_text(re.compile(r"score \d+"))
    expect(elena.locator("#dispatch")).to_contain_text("Samira Haddad")
    elena.locator("#compose-reply [name=body]").fill("Joel brings a new roller kit.")
    elena.get_by_role("button", name="Send reply").click()
    expect(elena.get_by_text("Joel brings a new roller kit.")).to_be_visible()
    elena.get_by_role("tab", name=re.compile("Internal note")).click()
    elena.locator("#compose-note [name=body]").fill("CANARY third jam in six months")
    elena.get_by_role("button", name="Add note").click()
    expect(elena.get_by_text("CANARY third jam")).to_be_visible()
    eventually(lambda: mails(AMARA, "roller kit"))

    # The technician works on a telephone.
    joel = sign_in(browser, desk, JOEL, width=390)
    joel.goto(f"{desk.url}/field/")
    no_wide_page(joel)
    joel.locator("main").get_by_text("Printer jams on every second page").first.click()
    expect(joel.locator("main").get_by_text("CANARY third jam")).to_be_visible()
    joel.get_by_role("button", name="Accept").click()
    joel.get_by_role("button", name="On my way").click()
    [coming] = eventually(lambda: desk.twilio.to(AMARA_PHONE))
    assert "Joel" in coming.body
    joel.get_by_role("button", name="Start work").click()
    joel.get_by_role("link", name="Finish").click()
    no_wide_page(joel)
    joel.locator("[name=done]").fill("Fitted roller kit RK-420, printed 50 pages.")
    if joel.locator("[name=resolution]").count():
        joel.locator("[name=resolution]").fill("The pick-up rollers were worn; replaced them.")
    joel.locator("[name=minutes]").fill("45")
    joel.get_by_role("button", name="Complete job").click()
    expect(joel.locator("body")).to_contain_text("1 of 1 done")

    # The customer is told, and closes.
    [solved] = eventually(lambda: mails(AMARA, "rollers were worn"))
    assert number in solved.message["Subject"]
    amara.reload()
    expect(amara.locator("body")).to_contain_text("rollers were worn")
    amara.get_by_role("link", name="It is fixed").first.click()
    amara.get_by_role("button", name="Yes, close the ticket").click()
    elena.reload()
    expect(elena.locator(".thead")).to_contain_text("Closed")
    expect(elena.locator("body")).to_contain_text("logged 45 minutes of work")

    # Nothing inside leaked, nothing was told twice, and Twilio would have taken every request.
    time.sleep(3)
    everything = [mail.text + mail.html for mail in desk.sink.received]
    everything += [sms.body for sms in desk.twilio.received]
    assert not [text for text in everything if "CANARY" in text]
    assert "CANARY" not in amara.content()
    assert desk.twilio.faults == []
    ids = [mail.message["Message-ID"] for mail in desk.sink.received]
    assert len(ids) == len(set(ids))
    assert len(desk.twilio.to(JOEL_PHONE)) == 1
    assert len(desk.twilio.to(AMARA_PHONE)) == 1
    assert [len(mails(AMARA, words)) for words in ("roller kit", "rollers were worn")] == [1, 1]
