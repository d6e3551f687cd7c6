"""Nothing is missed while the line was down: real sockets, and a server that is started anew."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from django.test import Client
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from accounts.models import User
from notifications.consumers import read_last
from notifications.tasks import push
from tests.fakes.smtp import free_port
from tests.notifications.test_bell import line

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def server(port: int) -> Iterator[None]:
    """The desk on a port of this machine, in a thread."""
    from supportdesk.asgi import application

    config = uvicorn.Config(
        application, host="127.0.0.1", port=port, lifespan="off", log_level="error",
        timeout_graceful_shutdown=1,
    )  # fmt: skip
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run)
    thread.start()
    try:
        while not running.started:
            time.sleep(0.02)
        yield
    finally:
        running.should_exit = True
        thread.join(10)


def line_to(port: int, client: Client) -> connect:
    """A page of this person, at the line."""
    return connect(
        f"ws://127.0.0.1:{port}/ws/bell/",
        additional_headers={"Cookie": f"sessionid={client.cookies['sessionid'].value}"},
        origin=f"http://127.0.0.1:{port}",
    )


async def heard(page: ClientConnection, seconds: float = 1.0) -> list[dict[str, object]]:
    found = []
    try:
        while True:
            found.append(json.loads(await asyncio.wait_for(page.recv(), seconds)))
    except TimeoutError:
        return found


def test_news_of_the_time_without_a_server_is_heard_of_afterwards(
    alice: User, bob: User, client_of: object, settings: object
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    port, client = free_port(), client_of(alice)

    async def before(last: int) -> None:
        async with line_to(port, client) as page:
            await page.send(json.dumps({"last": last}))
            assert await heard(page) == []  # nothing was missed
            await asyncio.to_thread(push, [alice.pk])
            assert await heard(page) == [{"changed": True}]
            stop.set()
            with pytest.raises(ConnectionClosed):
                await asyncio.wait_for(page.recv(), 10)

    async def after(last: int) -> list[dict[str, object]]:
        async with line_to(port, client) as page:
            await page.send(json.dumps({"last": last}))
            return await heard(page)

    stop = threading.Event()
    first = line(alice)

    def run_until_stopped() -> None:
        with server(port):
            stop.wait(20)

    thread = threading.Thread(target=run_until_stopped)
    thread.start()
    time.sleep(1)
    asyncio.run(before(first.pk))
    thread.join(15)
    line(bob)  # nothing to alice
    with server(port):
        assert asyncio.run(after(first.pk)) == []
    second = line(alice)
    with server(port):
        assert asyncio.run(after(first.pk)) == [{"changed": True}]
        assert asyncio.run(after(second.pk)) == []


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ('{"last": 7}', 7),
        ('{"last": 0}', 0),
        ('{"last": -1}', None),
        ('{"last": true}', None),
        ('{"last": "7"}', None),
        ('{"last": 9223372036854775808}', None),
        ("[7]", None),
        ("", None),
        ("[" * 100_000, None),
    ],
)
def test_what_a_page_says_it_has(text: str, last: int | None) -> None:
    assert read_last(text) == last


def test_the_bell_says_which_line_is_the_newest(alice: User, client_of: object) -> None:
    client = client_of(alice)
    assert 'data-last="0"' in client.get("/news/bell/").content.decode()
    newest = [line(alice), line(alice)][-1]
    assert f'data-last="{newest.pk}"' in client.get("/news/bell/").content.decode()
