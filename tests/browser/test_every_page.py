"""Every page that answers GET, as somebody who may open it: WCAG 2.2 AA by axe, in light and dark,
at 1440 and 390 px; no sideways scroll; nothing the content security policy refuses.

The pages come from the access table, so a new page is checked without being named here. Contrast
depends on the theme and targets on the width, so dark is looked at on the telephone and light on
the desk; DESK_LOOK=all crosses them (twice the time), DESK_SCREENSHOTS=folder keeps pictures.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.access_table import TABLE
from tests.test_permissions import OURS
from tests.world import ROLES, World, make_world

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
AXE = Axe().axe_script
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
    "preload": False,  # for one rule on video, which costs a second reading of every style sheet
}
LEFT_OUT = [["nav.side"]]
CHECKED = """([exclude, options]) =>
    axe.run({include: [["html"]], exclude}, options).then((found) => found.violations)"""
# Not pages: parts of pages, files and machine answers; and doors that only take POST.
PARTS = {
    "calendars:regions", "core:home", "core:readyz", "customers:find",
    "devices:customer_panel", "devices:label",
    "devices:labels", "devices:scan", "knowledgebase:preview",
    "mailbox:source", "mailbox:waiting_count",
    "notifications:bell", "notifications:service_worker", "notifications:outbox_count",
    "notifications:text_preview",
    "mailbox:as_sent", "mailbox:folded",
    "mailbox:of_ticket", "notifications:of_ticket",
    "servicelogs:attachment", "servicelogs:device_panel", "servicelogs:entries",
    "servicelogs:repeat_panel", "tickets:attachment", "tickets:article_find",
    "tickets:article_insert", "tickets:portal_articles", "tickets:bulk_macros",
    "tickets:callers", "tickets:canned_find",
    "tickets:canned_insert", "tickets:canned_preview", "tickets:clocks",
    "tickets:counts", "tickets:customer_panel", "tickets:palette", "tickets:policy_progress",
    "tickets:field", "tickets:colleagues", "tickets:here",
    "tickets:news", "tickets:properties",
    "tickets:rule_trial",
    "tickets:similar", "tickets:similar_words", "tickets:people", "tickets:links",
    "tickets:tag_words", "tickets:tags",
    "tickets:custom_inputs", "tickets:custom_values", "tickets:portal_custom_inputs",
    "tickets:device_panel", "tickets:dispatch", "tickets:field_attachment",
    "tickets:portal_attachment",
}  # fmt: skip
# Until the parts a page fetches for itself are in it. Not "networkidle": that is half a second of
# silence for each of more than a hundred pages.
SETTLED = """async () => {
    const busy = ".htmx-request, .htmx-swapping, .htmx-settling";
    for (let calm = 0, tries = 0; calm < 3 && tries < 400; tries += 1) {
        const isBusy = document.readyState !== "complete" || document.querySelector(busy);
        calm = isBusy ? 0 : calm + 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
}"""
ORDER = ["anonymous", "owner", "technician", "agent", "manager", "admin"]


def pages() -> dict[str, list[str]]:
    """Role -> names of the pages that role is the first in ORDER to get."""
    found: dict[str, list[str]] = {role: [] for role in ORDER}
    for name, row in TABLE.items():
        answers = dict(zip(ROLES, row.split(), strict=True))
        role = next((role for role in ORDER if answers[role] == "200"), None)
        if role and name not in PARTS:
            found[role].append(name)
    return found


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def problems(page: Page) -> list[str]:
    """What the browser complained about: script errors and refusals by the policy."""
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda m: heard.append(m.text) if m.type == "error" else None)
    return heard


def sign_in(context: BrowserContext, world: World, role: str, url: str) -> None:
    context.clear_cookies()
    if role != "anonymous":
        value = world.client(role).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": value, "url": url}])


def look(page: Page, name: str, folder: str | None, *, seen_shell: bool) -> list[str]:
    """What is wrong with the page as it stands, in both themes at both widths.

    seen_shell: the menu, the same on every page of one role, has been judged already.
    """
    wrong = []
    page.evaluate(AXE)
    for width, theme_here in ((1440, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        crossed = os.environ.get("DESK_LOOK") == "all"
        for theme in ("light", "dark") if crossed else (theme_here,):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
            # The page hears of it a moment later; axe must not judge the colours of before.
            expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
            found = page.evaluate(CHECKED, [LEFT_OUT if seen_shell else [], OPTIONS])
            wrong += [
                f"{name} {width} {theme}: {one['id']} at {one['nodes'][0]['target']}"
                for one in found
            ]
            if folder:
                shot = Path(folder) / f"{name.replace(':', '-')}-{width}-{theme}.png"
                page.screenshot(path=shot, full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            wrong.append(f"{name} {width}: {wide} px too wide")
    return wrong


@pytest.mark.parametrize("role", ORDER)
def test_every_page(role: str, world: World, page: Page, live_server: Any, problems: list[str]):
    sign_in(page.context, world, role, live_server.url)
    page.set_default_timeout(15_000)
    wrong = []
    names = pages()[role]
    for name in names:
        problems.clear()
        page.goto(live_server.url + world.url(name, OURS[name]))
        page.evaluate(SETTLED)
        seen_shell = name != names[0]
        wrong += look(page, name, os.environ.get("DESK_SCREENSHOTS"), seen_shell=seen_shell)
        wrong += [f"{name}: {text}" for text in problems if "WebSocket" not in text]
    assert not wrong, "\n".join(wrong)
