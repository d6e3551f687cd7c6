"""WebSockets are refused from a foreign origin and at unknown addresses."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator

from supportdesk.asgi import application


def answer(path: str, origin: bytes) -> dict[str, Any]:
    """First message of the application to a client that wants to connect."""

    async def attempt() -> dict[str, Any]:
        headers = [(b"origin", origin), (b"host", b"testserver")]
        scope = {"type": "websocket", "path": path, "query_string": b"", "headers": headers}
        socket = ApplicationCommunicator(application, scope)
        await socket.send_input({"type": "websocket.connect"})
        return await socket.receive_output(timeout=5)

    # In a thread: a browser test before may have left its loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(async_to_sync(attempt)).result()


@pytest.mark.django_db
def test_unknown_address_is_closed_without_an_error() -> None:
    message = answer("/ws/nowhere/", b"http://testserver")
    assert message == {"type": "websocket.close", "code": 4404}


@pytest.mark.parametrize("origin", [b"https://evil.example", b"null", b""])
def test_foreign_origin_is_refused(origin: bytes) -> None:
    assert answer("/ws/nowhere/", origin) == {"type": "websocket.close"}
