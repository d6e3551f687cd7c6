"""Push messages: agreed to on each device, sent through the outbox, without personal data."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import ChannelPreference, User
from core.models import EventRecord
from customers.models import Customer
from notifications.actions import add_push_device, send_due
from notifications.actions.devices import MOST_DEVICES, TooManyDevices, UnknownService
from notifications.models import Breaker, Notification, PushDevice
from notifications.transport.push import is_known_service, public_key
from tests.factories.work import make_ticket
from tests.fakes.push import FakePush
from tests.notifications.conftest import media, rows_of
from tests.notifications.test_holding import silence
from tickets import actions
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)
Run = Callable[[], None]
ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"


@pytest.fixture
def push() -> Iterator[FakePush]:
    with FakePush() as service:
        yield service


@pytest.fixture
def device(push: FakePush, bob: User) -> PushDevice:
    return PushDevice.objects.create(user=bob, endpoint=push.url, name="Firefox", **push.keys)


@pytest.fixture
def ticket(acme: Customer, bob: User, agent: User, forget: Run) -> Ticket:
    ticket = make_ticket(acme, technician=bob.technician, actor=agent)
    forget()
    return ticket


def write(ticket: Ticket, run: Run) -> Notification:
    actions.add_reply(ticket, "CANARY my password is x", actor=None, from_customer=True)
    run()
    (row,) = rows_of("ticket.customer_replied", channel="push")
    return row


def test_a_push_message_arrives_encrypted_and_names_nobody(
    ticket: Ticket, device: PushDevice, push: FakePush, acme: Customer, run_events: Run
) -> None:
    row = write(ticket, run_events)
    send_due()
    (shown,) = push.shown
    assert shown["body"] == f"{ticket.reference}: Customers write"
    assert shown["url"] == row.url
    words = str(shown) + row.subject + row.body_text
    for secret in ("CANARY", acme.name, ticket.subject, "Bob"):
        assert secret not in words
    ((headers, body),) = push.raw
    assert ticket.reference.encode() not in body
    assert headers["content-encoding"] == "aes128gcm"
    assert public_key() in headers["authorization"]
    row.refresh_from_db()
    assert (row.state, row.device) == ("sent", device)


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten_and_troubles_nobody(
    ticket: Ticket, device: PushDevice, push: FakePush, run_events: Run, status: int
) -> None:
    push.status = status
    row = write(ticket, run_events)
    send_due()
    row.refresh_from_db()
    assert (row.state, row.device) == ("cancelled", None)
    assert not PushDevice.objects.exists()
    assert not Notification.objects.troubled().exists()
    assert not EventRecord.objects.filter(name="notification.failed").exists()


@pytest.mark.parametrize("status", [401, 403, 429, 500, 307])
def test_a_service_in_trouble_is_tried_again_and_stops_no_other(
    ticket: Ticket, device: PushDevice, push: FakePush, run_events: Run, status: int
) -> None:
    push.status, push.headers = status, {"Retry-After": "90", "Location": push.url}
    row = write(ticket, run_events)
    send_due()
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("queued", 1)
    assert len(push.raw) == 1
    assert PushDevice.objects.exists()
    assert not Breaker.objects.exists()


def test_each_device_gets_its_own_and_without_one_there_is_none(
    ticket: Ticket, device: PushDevice, bob: User, run_events: Run
) -> None:
    PushDevice.objects.create(user=bob, endpoint=ENDPOINT, p256dh="k", auth="a", name="Phone")
    actions.add_reply(ticket, "Hello?", actor=None, from_customer=True)
    run_events()
    assert media("ticket.customer_replied", user=bob) == ["bell", "email", "push", "push"]
    PushDevice.objects.all().delete()
    Notification.objects.all().delete()
    actions.add_reply(ticket, "Hello again?", actor=None, from_customer=True)
    run_events()
    assert media("ticket.customer_replied", user=bob) == ["bell", "email"]


def test_who_wants_push_alone_gets_push_alone_and_mail_without_a_device(
    ticket: Ticket, device: PushDevice, bob: User, run_events: Run
) -> None:
    ChannelPreference.objects.create(user=bob, kind="replies", channels=["push"])
    write(ticket, run_events)
    assert media("ticket.customer_replied", user=bob) == ["push"]
    Notification.objects.all().delete()
    device.delete()
    actions.add_reply(ticket, "Again?", actor=None, from_customer=True)
    run_events()
    assert media("ticket.customer_replied", user=bob) == ["email"]


def test_in_quiet_hours_nothing_wakes_a_device_and_the_bell_has_it(
    ticket: Ticket, device: PushDevice, bob: User, push: FakePush, run_events: Run
) -> None:
    silence(bob)
    ChannelPreference.objects.create(user=bob, kind="replies", channels=["push"])
    row = write(ticket, run_events)
    send_due()
    assert (row.state, push.raw) == ("cancelled", [])
    assert media("ticket.customer_replied", user=bob) == ["bell", "push"]


def test_a_device_is_added_and_removed_by_its_person(
    bob: User, alice: User, push: FakePush, client_of: Any
) -> None:
    wish = {"endpoint": ENDPOINT, "name": "Firefox, Linux", **push.keys}
    assert client_of(bob).post("/news/push/", wish).status_code == 204
    assert client_of(bob).post("/news/push/", wish).status_code == 204  # the same again
    found = PushDevice.objects.get()
    assert (found.user, found.name) == (bob, "Firefox, Linux")
    assert "Firefox, Linux" in client_of(bob).get("/account/preferences/").content.decode()
    assert client_of(alice).post(f"/news/push/{found.pk}/remove/").status_code == 404
    assert client_of(bob).post(f"/news/push/{found.pk}/remove/").status_code == 302
    assert not PushDevice.objects.exists()
    names = EventRecord.objects.filter(name__startswith="notification.push_device")
    assert names.count() == 2


def test_the_desk_calls_no_address_that_somebody_made_up(bob: User, client_of: Any) -> None:
    for wrong in [
        "http://fcm.googleapis.com/x",
        "https://127.0.0.1/x",
        "https://fcm.googleapis.com.evil.test/x",
        "https://evilfcm.googleapis.com.test/",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com@evil.test/x",
        "https://[::1",
    ]:
        assert not is_known_service(wrong), wrong
        with pytest.raises(UnknownService):
            add_push_device(bob, endpoint=wrong, p256dh="k", auth="a", name="x")
    assert is_known_service("https://db5p.notify.windows.com/w/?token=1")
    assert client_of(bob).post("/news/push/", {"endpoint": "x"}).status_code == 422


def test_nobody_has_more_devices_than_a_person_has(bob: User) -> None:
    for number in range(MOST_DEVICES):
        add_push_device(bob, endpoint=f"{ENDPOINT}{number}", p256dh="k", auth="a", name="x")
    with pytest.raises(TooManyDevices):
        add_push_device(bob, endpoint=ENDPOINT, p256dh="k", auth="a", name="x")


def test_the_database_refuses_half_devices_and_devices_of_mails(
    ticket: Ticket, device: PushDevice, run_events: Run
) -> None:
    write(ticket, run_events)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notification.objects.filter(channel="email").update(device=device)
    with pytest.raises(IntegrityError), transaction.atomic():
        PushDevice.objects.update(auth="")


def test_the_service_worker_is_at_the_root(client: Any) -> None:
    answer = client.get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert b"showNotification" in answer.content
