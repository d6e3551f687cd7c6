"""The bell: everybody sees their own lines, and nobody else's."""

import json
from collections.abc import Callable

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from channels.layers import get_channel_layer
from django.test import Client
from django.utils import timezone

from accounts.models import User
from notifications.consumers import DESK_GROUP, BellConsumer, group_of
from notifications.models import Medium, Notification, State

SignIn = Callable[[User], Client]


def line(user: User, subject: str = "SD-000001 is yours", **fields: object) -> Notification:
    now = timezone.now()
    n = Notification.objects.count()
    defaults = {
        "user": user,
        "channel": Medium.BELL,
        "subject": subject,
        "body_text": "",
        "url": "/field/jobs/1/",
        "state": State.SENT,
        "sent_at": now,
        "next_attempt_at": now,
        "dedupe_key": f"bell:{n}",
    }
    return Notification.objects.create(**{**defaults, **fields})


def test_the_bell_counts_what_is_unread(
    client_of: SignIn, alice: User, bob: User, carol: User
) -> None:
    line(alice), line(alice, read_at=timezone.now()), line(bob, "CANARY of bob")
    for user, unread in ((alice, "1 unread"), (carol, None)):
        response = client_of(user).get("/news/bell/")
        assert response.status_code == 200
        assert "CANARY" not in response.content.decode()
        assert (unread is None) or (unread in response.content.decode())


def test_the_bell_shows_the_last_ten_in_three_queries(
    client_of: SignIn, alice: User, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for number in range(30):
        line(alice, f"Line {number:02d}.")
    client = client_of(alice)
    with django_assert_max_num_queries(6):  # session, user, roles, count, lines
        text = client.get("/news/bell/").content.decode()
    assert text.count("Line ") == 10
    assert "Line 29." in text
    assert "Line 19." not in text


def test_more_than_a_hundred_are_not_counted(client_of: SignIn, alice: User) -> None:
    for _ in range(101):
        line(alice)
    assert "99+" in client_of(alice).get("/news/bell/").content.decode()


def test_what_people_typed_is_text(client_of: SignIn, alice: User) -> None:
    line(alice, "<script>alert(1)</script>")
    for page in ("/news/bell/", "/news/"):
        assert b"<script>alert" not in client_of(alice).get(page).content


def test_strangers_get_no_bell(client: Client) -> None:
    assert client.get("/news/bell/").status_code == 302


# --- The line to an open page -------------------------------------------------------------


class Person:
    """A signed-in person as the scope of a WebSocket has one."""

    def __init__(self, pk: int, *, known: bool = True, staff: bool = False) -> None:
        self.pk, self.is_authenticated, self.is_active = pk, known, True
        self.is_staff_member = staff


def _line_of(user: object) -> ApplicationCommunicator:
    scope = {"type": "websocket", "path": "/ws/bell/", "headers": [], "user": user}
    return ApplicationCommunicator(BellConsumer.as_asgi(), scope)


async def _open(page: ApplicationCommunicator) -> dict[str, object]:
    await page.send_input({"type": "websocket.connect"})
    return await page.receive_output(2)


def test_an_open_page_hears_that_something_changed_and_not_what() -> None:
    async def listen() -> None:
        mine, other = _line_of(Person(1)), _line_of(Person(2))
        assert (await _open(mine))["type"] == "websocket.accept"
        assert (await _open(other))["type"] == "websocket.accept"
        # Nothing a page says matters.
        await mine.send_input({"type": "websocket.receive", "text": '{"subscribe": "bell.2"}'})
        await get_channel_layer().group_send(group_of(1), {"type": "bell.changed"})
        frame = await mine.receive_output(2)
        assert json.loads(frame["text"]) == {"changed": True}
        assert await other.receive_nothing()
        for page in (mine, other):
            await page.send_input({"type": "websocket.disconnect", "code": 1000})
            await page.wait(2)

    async_to_sync(listen)()


def test_the_staff_hears_that_some_ticket_changed_and_customers_do_not() -> None:
    async def listen() -> None:
        agent, customer = _line_of(Person(1, staff=True)), _line_of(Person(2))
        for page in (agent, customer):
            await _open(page)
        await get_channel_layer().group_send(DESK_GROUP, {"type": "desk.changed"})
        assert json.loads((await agent.receive_output(2))["text"]) == {"desk": True}
        assert await customer.receive_nothing()
        for page in (agent, customer):
            await page.send_input({"type": "websocket.disconnect", "code": 1000})
            await page.wait(2)

    async_to_sync(listen)()


def test_a_page_of_nobody_is_refused() -> None:
    async def listen() -> None:
        answer = await _open(_line_of(Person(0, known=False)))
        assert (answer["type"], answer["code"]) == ("websocket.close", 4401)

    async_to_sync(listen)()


def test_a_page_of_another_site_is_refused(settings: object) -> None:
    from supportdesk.asgi import application

    async def knock() -> dict[str, object]:
        scope = {
            "type": "websocket",
            "path": "/ws/bell/",
            "query_string": b"",
            "headers": [(b"origin", b"https://evil.test"), (b"host", b"testserver")],
            "subprotocols": [],
        }
        communicator = ApplicationCommunicator(application, scope)
        await communicator.send_input({"type": "websocket.connect"})
        return await communicator.receive_output(5)

    assert async_to_sync(knock)()["type"] == "websocket.close"


@pytest.mark.django_db(transaction=True)
def test_a_new_line_rings_after_the_commit(alice: User) -> None:
    from django.db import transaction

    from notifications.actions.telling import hand_over

    heard = []
    layer = get_channel_layer()

    async def remember(group: str, message: dict[str, object]) -> None:
        heard.append((group, message))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            type(layer), "group_send", lambda self, group, message: remember(group, message)
        )
        with transaction.atomic():
            row = line(alice)
            hand_over(Notification.objects.filter(pk=row.pk))
            assert heard == []
    assert heard == [(group_of(alice.pk), {"type": "bell.changed"})]
