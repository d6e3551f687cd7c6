"""A10: an open socket of somebody who was disabled or signed out elsewhere closes by itself."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.contrib.sessions.backends.db import SessionStore

from accounts.models import User
from notifications import consumers

pytestmark = pytest.mark.django_db(transaction=True)


def disable(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def change_password(user: User) -> None:
    user.set_password("another good battery 8")
    user.save()


@pytest.mark.parametrize("act", [disable, change_password])
def test_the_socket_closes(act: Any, agent: User, client_of: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(consumers, "CHECK_SECONDS", 0.1)
    session = SessionStore(client_of(agent).cookies["sessionid"].value)
    session.load()
    scope = {
        "type": "websocket", "path": "/ws/bell/", "headers": [], "user": agent, "session": session,
    }  # fmt: skip

    async def watch() -> tuple[str, dict[str, Any]]:
        line = ApplicationCommunicator(consumers.BellConsumer.as_asgi(), scope)
        await line.send_input({"type": "websocket.connect"})
        opened = await line.receive_output(5)
        await sync_to_async(act)(agent)
        return opened["type"], await line.receive_output(5)

    with ThreadPoolExecutor(1) as thread:
        opened, closed = thread.submit(async_to_sync(watch)).result()
    assert opened == "websocket.accept"
    assert (closed["type"], closed["code"]) == ("websocket.close", consumers.NOT_SIGNED_IN)
