"""What `./desk bench desk` asks for: the plan of ../shared/tools/measure_http.py."""

import http.client
import re
from typing import Any
from urllib.parse import quote, urlsplit

from benchmarks._tickets import long_thread_pk

Path = dict[str, Any]
FLOOR: Path = {"name": "bare", "path": "/__floor/", "anon": True}
BULK = 100
LOADED = {"unassigned", "open", "all"}  # asked by eight clients as well


def deep(url: str, path: str, page: int, cookie: str) -> str:
    """Address of the 100th page of a list, by following "next" as a person would."""
    parts, here = urlsplit(url), path
    for _ in range(page - 1):
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        connection.request("GET", here, headers={"Cookie": cookie, "Host": parts.netloc})
        found = re.search(r'rel="next" href="([^"]+)"', connection.getresponse().read().decode())
        connection.close()
        if not found:
            break
        here = found[1].replace("&amp;", "&")
    return here


def pages(count: int, url: str, cookie: str) -> list[Path]:
    """What an agent reads."""
    from tickets.queue import VIEWS

    found: list[Path] = [FLOOR]
    for slug in VIEWS:
        path = f"/tickets/view/{slug}/"
        found.append({"name": f"view {slug}", "path": path, "no_load": slug not in LOADED})
        last = {"path": deep(url, path, 100, cookie), "no_load": True}
        found.append({"name": f"view {slug} p100"} | last)
    three = "/tickets/view/all/?status=closed&priority=1&category=3"
    last = {"path": deep(url, three, 100, cookie), "no_load": True}
    return [
        *found,
        {"name": "filter of three", "path": three},
        {"name": "filter of three p100"} | last,
        {"name": "counts of views", "path": "/tickets/counts/"},
        {"name": "ticket", "path": f"/tickets/{{id:1-{count - 20}}}/"},
        {"name": "ticket of 200 entries", "path": f"/tickets/{long_thread_pk(count)}/"},
    ]


def searches(words: dict[str, str]) -> list[Path]:
    """What an agent looks for."""
    return [
        {"name": f"search {name}", "path": f"/search/?q={quote(words[name])}", "no_load": True}
        for name in ("number", "rare", "common", "two common", "phrase", "typing error", "nothing")
    ]


def writes(count: int) -> list[Path]:
    """What an agent changes."""
    ticket = f"/tickets/{count // 3}/"
    return [
        {
            "name": f"bulk over {BULK}", "method": "POST", "path": "/tickets/bulk/", "n": 8,
            "no_load": True, "form_page": "/tickets/view/all/", "expect": [200, 302],
            "data": {"tickets": [f"{{id:1-{count}}}"] * BULK, "change": "priority:{id:1-4}"},
        },
        {
            "name": "reply", "method": "POST", "path": f"{ticket}reply/", "no_load": True,
            "form_page": ticket, "expect": [302], "data": {"body": "Please restart it {seq}."},
        },
    ]  # fmt: skip


def by_customer() -> list[Path]:
    """What a customer does."""
    page = "/portal/tickets/new/"
    return [
        {"name": "portal form", "path": page, "no_load": True},
        {
            "name": "open a ticket", "method": "POST", "path": page, "form_page": page,
            "no_load": True, "expect": [302],
            "data": {"subject": "It hums {seq}", "description": "Since this morning.",
                     "priority": "3"},
        },
    ]  # fmt: skip
