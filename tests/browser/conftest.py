"""Chromium of the machine, signed in without typing a password."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Error, Page

from accounts.models import User
from tests.core.conftest import demo

__all__ = ["demo"]


@pytest.fixture(scope="session")
def device() -> None:
    """No emulated telephone. Playwright asks for this name, which elsewhere is a Device."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = "/usr/bin/chromium"
    return {**browser_type_launch_args, "executable_path": chromium, "args": ["--no-sandbox"]}


@pytest.fixture
def browse_as(page: Page, live_server: Any, client_of: Any) -> Iterator[Callable[[User], Page]]:
    """The browser, signed in as somebody."""

    def sign_in(user: User) -> Page:
        value = client_of(user).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
        page.set_default_timeout(10_000)
        return page

    yield sign_in
    # What the page is still asking for would meet the emptying of the database half-way.
    with suppress(Error):
        page.wait_for_load_state("networkidle", timeout=5_000)
        page.goto("about:blank")
