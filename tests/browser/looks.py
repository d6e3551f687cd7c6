"""What axe finds on a page, in each theme and at each width, of one load."""

import os
import re
from itertools import product
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

AXE = Axe().axe_script
EVERY_LOOK = list(product([1440, 390], ["light", "dark"]))
# Contrast depends on the theme and targets on the width, so dark is looked at on the telephone and
# light on the desk; DESK_LOOK=all crosses them.
LOOKS = EVERY_LOOK if os.environ.get("DESK_LOOK") == "all" else [(1440, "light"), (390, "dark")]
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"region": {"enabled": False}},  # toasts live outside the landmarks on purpose
    "resultTypes": ["violations"],
    "preload": False,  # for one rule on video, which costs a second reading of every style sheet
}
RUN = "(options) => axe.run(options).then((found) => found.violations)"


def look(page: Page, looks: list[tuple[int, str]] = LOOKS) -> list[str]:
    """What is wrong with the page as it stands; DESK_SCREENSHOTS=folder keeps pictures."""
    wrong = []
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(AXE)
    for width, theme in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        here = f"{page.url} {width} {theme}"
        # The page hears of it a moment later; axe must not judge the colours of before.
        expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
        if folder := os.environ.get("DESK_SCREENSHOTS"):
            name = re.sub(r"\W+", "-", page.url.split("/", 3)[3]).strip("-") or "home"
            page.screenshot(path=Path(folder) / f"{name}-{width}-{theme}.png", full_page=True)
        faults: list[dict[str, Any]] = page.evaluate(RUN, OPTIONS)
        wrong += [f"{here}: {one['id']} at {one['nodes'][0]['target']}" for one in faults]
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        wrong += [f"{here}: {wide} px too wide"] if wide > 0 else []
    return wrong
