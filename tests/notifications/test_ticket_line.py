"""The line of an open ticket: who may stand in it, what it says, and when it ends."""

import json
import time

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from asgiref.testing import ApplicationCommunicator
from channels.layers import get_channel_layer

from notifications import consumers
from notifications.consumers import BellConsumer
from notifications.ticket_line import group_of_ticket, read_beat
from tests.factories.work import make_ticket
from tickets import actions, presence

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("nobody_here")]


def line_of(user):
    scope = {"type": "websocket", "path": "/ws/bell/", "headers": [], "user": user}
    return ApplicationCommunicator(BellConsumer.as_asgi(), scope)


async def opened(*users):
    lines = [line_of(user) for user in users]
    for line in lines:
        await line.send_input({"type": "websocket.connect"})
        assert (await line.receive_output(2))["type"] == "websocket.accept"
    return lines


async def closed(*lines):
    for line in lines:
        await line.send_input({"type": "websocket.disconnect", "code": 1000})
        await line.wait(2)


async def beat(line, ticket, *, writing=False):
    text = json.dumps({"ticket": ticket.pk, "writing": writing})
    await line.send_input({"type": "websocket.receive", "text": text})


async def heard(line, wait=2):
    return json.loads((await line.receive_output(wait))["text"])


async def hears_nothing_of_the_ticket(line, wait=0.3):
    """That some ticket changed is said to all the staff; nothing about this one."""
    while not await line.receive_nothing(wait):
        frame = await heard(line)
        assert not {"news", "people"} & set(frame)
    return True


async def until_on(ticket, people, line):
    """Wait until just these people are on the ticket; `line` goes on meanwhile."""
    until = time.monotonic() + 5
    while await sync_to_async(on)(ticket) != people:
        assert time.monotonic() < until
        await line.receive_nothing(0.05)


def on(ticket):
    return [(p.first_name, p.is_writing) for p in presence.people_on(ticket.pk)]


def test_pages_of_a_ticket_hear_that_its_people_changed(agent, manager, acme):
    ticket = make_ticket(acme)

    async def listen():
        mine, hers = await opened(agent, manager)
        await beat(mine, ticket)
        await beat(hers, ticket, writing=True)
        assert await heard(mine) == {"people": True}
        assert await heard(hers) == {"people": True}
        assert await sync_to_async(on)(ticket) == [("Mia", True), ("Erin", False)]
        await beat(hers, ticket)
        assert await heard(mine) == {"people": True}
        await closed(hers)
        assert await heard(mine) == {"people": True}
        assert await sync_to_async(on)(ticket) == [("Erin", False)]
        await closed(mine)
        assert await sync_to_async(on)(ticket) == []

    async_to_sync(listen)()


def test_a_technician_is_refused_on_a_foreign_ticket_and_hears_nothing(alice, agent, carol, acme):
    ticket = make_ticket(acme, requester=carol.contact)

    async def listen():
        lines = await opened(alice, carol)
        for line in lines:
            await beat(line, ticket, writing=True)
        (mine,) = await opened(agent)
        await beat(mine, ticket, writing=True)
        await until_on(ticket, [("Erin", True)], mine)
        layer = get_channel_layer()
        await layer.group_send(group_of_ticket(ticket.pk), {"type": "ticket.changed"})
        assert await heard(mine) == {"news": True}
        for line in lines:
            assert await hears_nothing_of_the_ticket(line)
        await closed(mine, *lines)

    async_to_sync(listen)()


def test_who_loses_the_right_is_gone_without_a_beat(alice, agent, acme, monkeypatch):
    monkeypatch.setattr(consumers, "CHECK_SECONDS", 0.1)
    ticket = make_ticket(acme, technician=alice.technician, actor=agent)

    async def listen():
        (line,) = await opened(alice)
        await beat(line, ticket, writing=True)
        await until_on(ticket, [("Alice", True)], line)
        await sync_to_async(actions.unassign_ticket)(ticket, actor=agent)
        await until_on(ticket, [], line)
        layer = get_channel_layer()
        await layer.group_send(group_of_ticket(ticket.pk), {"type": "ticket.changed"})
        assert await hears_nothing_of_the_ticket(line)
        await closed(line)

    async_to_sync(listen)()


@pytest.mark.parametrize(
    "text",
    [
        None, "", "x", "[]", "[" * 5000, "{}",
        '{"ticket": "1"}', '{"ticket": true}', '{"ticket": 0}',
        '{"ticket": -1}', '{"ticket": 1.5}', '{"ticket": 99999999999999999999}',
    ],
)  # fmt: skip
def test_what_is_no_beat_is_ignored(text):
    assert read_beat(text) is None


def test_only_true_is_writing():
    assert read_beat('{"ticket": 7, "writing": "yes"}') == (7, False)
    assert read_beat('{"ticket": 7, "writing": true}') == (7, True)
