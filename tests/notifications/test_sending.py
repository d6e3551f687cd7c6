"""From the row to the outside world: retries, refusals, leases and doubts."""

import smtplib
import time
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy
from unittest.mock import patch

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import User
from core.errors import RuleError
from core.models import EventRecord
from customers.models import Customer
from notifications import transport
from notifications.actions import (
    outcomes,
    queue_mail,
    resend_notification,
    send_due,
    send_rows,
    sending,
)
from notifications.models import Medium, Notification, State
from tests.factories.people import make_contact
from tests.factories.work import make_ticket
from tests.notifications.conftest import rows_of
from tickets import actions

Run = Callable[[], None]
NOBODY = {b"x": (550, b"no such user")}


def make_row(**fields: object) -> Notification:
    n = Notification.objects.count() + 1
    defaults = {
        "channel": Medium.EMAIL,
        "address": f"carol{n}@acme.test",
        "subject": "[SD-000001] Paper jam",
        "body_text": "Hello",
        "next_attempt_at": timezone.now(),
        "dedupe_key": f"test:{n}",
    }
    return Notification.objects.create(**{**defaults, **fields})


def failing(error: Exception) -> object:
    """transport.send that always ends like this."""
    return patch.object(transport, "send", side_effect=error)


class Sky:
    """A provider that notes how many messages are in the air while each is."""

    def __init__(self) -> None:
        self.now, self.seen = 0, list[int]()

    def send(self, row: Notification, _lines: object) -> transport.Receipt:
        self.now += 1
        time.sleep(0.03)
        self.seen.append(self.now)
        self.now -= 1
        return transport.Receipt()


def due_again(row: Notification) -> None:
    Notification.objects.filter(pk=row.pk).update(next_attempt_at=timezone.now())


@pytest.mark.django_db
def test_a_row_is_sent_once_and_marked() -> None:
    row = make_row()
    assert send_rows([row.pk]) == 1
    assert send_due() == 0
    row.refresh_from_db()
    assert (row.state, row.attempts, row.lease_until) == (State.SENT, 1, None)
    assert [message.to for message in mail.outbox] == [["carol1@acme.test"]]


@pytest.mark.django_db
def test_a_row_another_process_has_is_left_alone() -> None:
    row = make_row(state=State.SENDING, lease_until=timezone.now() + timedelta(minutes=1))
    assert send_rows([row.pk]) == 0
    assert mail.outbox == []


@pytest.mark.django_db
def test_the_row_of_a_dead_process_is_taken_over_once_and_then_asked_about() -> None:
    row = make_row(state=State.SENDING, lease_until=timezone.now() - timedelta(seconds=1))
    assert send_due() == 1
    row.refresh_from_db()
    assert (row.state, row.doubts) == (State.SENT, 1)

    again = make_row(
        state=State.SENDING, doubts=1, lease_until=timezone.now() - timedelta(seconds=1)
    )
    assert send_due() == 0
    again.refresh_from_db()
    assert again.state == State.FAILED
    assert "not known whether this arrived" in again.last_error


@pytest.mark.django_db
def test_a_passing_failure_is_tried_again_later_with_growing_waits() -> None:
    row = make_row()
    waits = []
    for _ in range(3):
        with failing(transport.Later("451 try again")):
            send_rows([row.pk])
        row.refresh_from_db()
        waits.append((row.next_attempt_at - timezone.now()).total_seconds())
        assert row.state == State.QUEUED
        assert "451" in row.last_error
        due_again(row)
    assert 10 < waits[0] < 20
    assert 30 < waits[1] < 60
    assert 100 < waits[2] < 170
    assert send_rows([row.pk]) == 1


@pytest.mark.django_db
def test_attempts_end(manager: User) -> None:
    row = make_row(attempts=outcomes.MAX_ATTEMPTS - 1)
    with failing(transport.Later("451 try again")):
        send_rows([row.pk])
    row.refresh_from_db()
    assert row.state == State.FAILED
    assert EventRecord.objects.filter(name="notification.failed", subject_id=row.pk).exists()


@pytest.mark.django_db
def test_a_refusal_is_final_and_rings_the_managers_once(manager: User, agent: User) -> None:
    rows = [make_row(), make_row()]
    with failing(transport.Refused("550 no such user")):
        send_rows([row.pk for row in rows])
    assert {row.state for row in Notification.objects.filter(channel="email")} == {State.FAILED}
    bells = Notification.objects.filter(channel="bell")
    assert [bell.user for bell in bells] == [manager]
    assert send_due() == 0


@pytest.mark.django_db
def test_retry_after_is_obeyed_and_the_channel_rests() -> None:
    first, second = make_row(channel=Medium.SMS), make_row(channel=Medium.SMS)
    email = make_row()
    with failing(transport.Later("20429 Too many", after=300, is_down=True)):
        send_rows([first.pk])
    first.refresh_from_db()
    assert (first.next_attempt_at - timezone.now()).total_seconds() > 295
    assert send_rows([second.pk]) == 0
    second.refresh_from_db()
    assert second.attempts == 0
    assert send_rows([email.pk]) == 1


@pytest.mark.django_db
def test_two_doubts_are_the_end() -> None:
    row = make_row()
    for _ in range(2):
        with failing(transport.Doubtful("timed out")):
            send_rows([row.pk])
        due_again(row)
    row.refresh_from_db()
    assert row.state == State.FAILED
    assert row.doubts == 2


@pytest.mark.django_db
def test_an_sms_without_account_says_so_and_can_be_sent_later(admin: User) -> None:
    row = make_row(channel=Medium.SMS, address="+447700900101")
    send_rows([row.pk])
    row.refresh_from_db()
    assert row.state == State.UNSENT
    assert row.last_error == "not sent: no SMS account configured"
    resend_notification(row, actor=admin)
    row.refresh_from_db()
    assert row.state == State.QUEUED
    with pytest.raises(RuleError):
        resend_notification(row, actor=admin)


@pytest.mark.django_db
def test_an_email_without_account_says_so(settings: object) -> None:
    settings.EMAIL_BACKEND = "notifications.backends.OutboxOnlyBackend"
    row = make_row()
    send_rows([row.pk])
    row.refresh_from_db()
    assert (row.state, row.last_error) == ("unsent", "not sent: no e-mail account configured")


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (smtplib.SMTPRecipientsRefused(NOBODY), transport.Refused),
        (smtplib.SMTPRecipientsRefused({"x": (450, b"busy")}), transport.Later),
        (smtplib.SMTPDataError(554, b"spam"), transport.Refused),
        (smtplib.SMTPDataError(452, b"full"), transport.Later),
        (smtplib.SMTPSenderRefused(550, b"not you", "desk"), transport.Later),
        (smtplib.SMTPServerDisconnected("gone"), transport.Doubtful),
        (TimeoutError("timed out"), transport.Doubtful),
        (UnicodeEncodeError("ascii", "ü", 0, 1, "no"), transport.Refused),
    ],
)
def test_what_an_error_of_the_mail_server_means(error: Exception, outcome: type) -> None:
    assert type(transport.email.email_outcome(error, in_doubt=True)) is outcome


def test_a_connection_that_breaks_before_the_text_is_no_doubt() -> None:
    outcome = transport.email.email_outcome(TimeoutError("timed out"), in_doubt=False)
    assert isinstance(outcome, transport.Later)


@pytest.mark.django_db
def test_the_mail_is_marked_as_automatic_and_keeps_its_id(
    acme: Customer, carol: User, run_events: Run
) -> None:
    ticket = make_ticket(acme, requester=carol.contact, actor=carol)
    run_events()
    (row,) = rows_of("ticket.opened", channel="email")
    one, two = transport.build_email(row).message(), transport.build_email(row).message()
    assert one["Message-ID"] == two["Message-ID"] == transport.message_id(row)
    assert one["Auto-Submitted"] == "auto-generated"
    assert one["X-Auto-Response-Suppress"] == "All"
    assert one["References"] == transport.thread_id("ticket", ticket.pk)
    assert one["List-Id"] is None
    assert one.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in one.get_payload()] == ["text/plain", "text/html"]


EVIL = [
    "x\r\nBcc: victim@evil.test",
    "=?utf-8?q?a=0d=0aBcc:_victim@evil.test?=",
    "y" * 2000 + "\n\tfolded",
    "\u202egnp.exe",
    "</td><a href=//evil.test>Pay",
    "{{7*7}} %s {% now 'Y' %}",
]


@pytest.mark.django_db
@pytest.mark.parametrize("evil", EVIL)
def test_what_people_type_stays_text_in_every_part(
    acme: Customer, agent: User, evil: str, forget: Run, run_events: Run
) -> None:
    """A38, A69: escaped in HTML, plain in text, one header line, nobody else gets it."""
    Customer.objects.filter(pk=acme.pk).update(name=evil[:200])
    contact = make_contact(acme, name=evil[:150], email="carol@acme.test")
    make_ticket(acme, requester=contact, subject=evil, description=evil)
    run_events()
    send_due()
    (message,) = [m for m in mail.outbox if m.to == ["carol@acme.test"]]
    sent = message_from_bytes(message.message().as_bytes(), policy=policy.default)
    assert sent["Bcc"] is None
    assert sent["To"] == "carol@acme.test"
    subject = sent["Subject"]
    assert "\n" not in subject
    assert "\u202e" not in subject
    assert len(subject) <= 300
    html = message.alternatives[0][0]
    assert "<a href=//evil" not in html
    if "{{" in evil:
        assert "{{7*7}}" in html
        assert "{{7*7}}" in message.body
    if "</td>" in evil:
        assert evil in message.body  # plain text is not escaped
        assert "&lt;/td&gt;" in html


@pytest.mark.django_db
def test_a_mail_of_accounts_loses_its_text_once_sent() -> None:
    row = queue_mail("Carol@Acme.TEST", "Reset your password", "https://x/key", "", "reset:1")
    assert queue_mail("carol@acme.test", "Reset", "https://x/key", "", "reset:1").pk == row.pk
    send_rows([row.pk])
    row.refresh_from_db()
    assert "https://x/key" in mail.outbox[0].body
    assert (row.state, row.body_text, row.address) == ("sent", "", "carol@acme.test")


def test_the_bridge_leads_to_the_outbox() -> None:
    from core import mailbridge

    assert mailbridge._sender is queue_mail


@pytest.mark.django_db
def test_news_of_one_ticket_arrives_in_order(
    acme: Customer, carol: User, agent: User, forget: Run, run_events: Run
) -> None:
    ticket = make_ticket(acme, requester=carol.contact, actor=carol)
    forget()
    actions.add_reply(ticket, "First.", actor=agent)
    run_events()
    actions.add_reply(ticket, "Second.", actor=agent)
    run_events()
    first, second = rows_of("ticket.staff_replied", channel="email")
    assert send_rows([second.pk]) == 0
    with failing(transport.Later("451 try again")):
        send_rows([first.pk])
    assert send_rows([second.pk]) == 0
    due_again(first)
    assert send_rows([first.pk]) == 2  # the second follows at once
    assert ["First." in m.body for m in mail.outbox] == [True, False]


@pytest.mark.django_db
def test_one_that_hangs_holds_up_no_other() -> None:
    import threading

    release = threading.Event()
    slow, quick = make_row(address="slow@x.test"), [make_row() for _ in range(5)]
    seen: list[str] = []

    def send(row: Notification, _lines: object) -> transport.Receipt:
        if row.address == "slow@x.test":
            release.wait(5)
        seen.append(row.address)
        if len(seen) == 5:
            release.set()
        return transport.Receipt()

    with patch.object(transport, "send", side_effect=send):
        assert send_rows([slow.pk, *(row.pk for row in quick)]) == 6
    assert seen[-1] == "slow@x.test"


@pytest.mark.django_db
def test_a_row_that_was_taken_over_flies_alone() -> None:
    """If it is what ends its worker, no other row is blamed for it."""
    past = timezone.now() - timedelta(seconds=1)
    for _ in range(3):
        make_row(state=State.SENDING, lease_until=past)
    make_row()
    sky = Sky()
    with patch.object(transport, "send", side_effect=sky.send):
        assert send_due() == 4
    assert sky.seen == [1, 1, 1, 1]


@pytest.mark.django_db
def test_a_slice_ends_and_rings_for_the_rest() -> None:
    for _ in range(3):
        make_row()
    with (
        patch.object(sending, "SLICE_SECONDS", -1.0),
        patch.object(sending, "ring") as ring,
    ):
        assert send_due() == 0
    ring.assert_called_once_with("notifications.sweep")
    assert send_due() == 3


@pytest.mark.django_db(transaction=True)
def test_only_so_many_workers_send_what_is_due_at_once() -> None:
    from django.db import connections

    row, other = make_row(), connections["default"].copy()
    try:
        with other.cursor() as cursor:
            for number in range(sending.SLOTS):
                cursor.execute("SELECT pg_advisory_lock(%s, %s)", [sending.LOCK, number])
        assert send_due() == 0
        row.refresh_from_db()
        assert row.state == State.QUEUED
    finally:
        with other.cursor() as cursor:  # a connection that closes lets go a moment later
            cursor.execute("SELECT pg_advisory_unlock_all()")
        other.close()
    assert send_due() == 1


@pytest.mark.django_db
def test_a_row_that_waited_too_long_for_the_others_is_given_back_first() -> None:
    row = make_row()
    real, asked = sending.lease, iter([timedelta(hours=9)])
    with patch.object(sending, "lease", lambda: next(asked, real())):
        assert send_rows([row.pk]) == 1
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.SENT, 1)
    assert next(asked, None) is None
