"""A mail that came back: the outbox shows it, its author hears of it, the customer does not."""

import pytest

from core import mail_ids
from mailbox.actions import receive
from mailbox.signs import what_is
from notifications.actions import mark_bounced
from notifications.models import BlockedAddress, MailDelivery, Notification, State
from notifications.transport import build_email
from tests.factories.mails import make_mail, make_mailbox
from tests.factories.work import make_ticket
from tickets.actions import add_reply

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(acme, carol, agent, run_events, forget):
    """The mail to Carol that carries an agent's reply."""
    ticket = make_ticket(acme, requester=carol.contact, actor=carol)
    forget()
    add_reply(ticket, "Which tray?", actor=agent)
    run_events()
    row = Notification.objects.get(channel="email", user=carol)
    Notification.objects.filter(pk=row.pk).update(state="sent", sent_at=row.created_at)
    row.refresh_from_db()
    return row


def bounce(row):
    body = (
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.test\r\n\r\n"
        f"Final-Recipient: rfc822; {row.address}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\n"
        f"Message-ID: {mail_ids.message_id('notification', row.pk)}\r\nSubject: x\r\n\r\nx\r\n--b--"
    )
    raw = make_mail(
        body, sender="MAILER-DAEMON@mx.test", subject="Undelivered",
        content_type="multipart/report; report-type=delivery-status; boundary=b",
    )  # fmt: skip
    return receive(make_mailbox(), raw)[0]


def test_the_outbox_shows_it_and_the_author_hears_of_it(sent, agent, carol, run_events):
    told_before = set(Notification.objects.values_list("pk", flat=True))
    assert bounce(sent).ticket_id == sent.event.subject_id
    run_events()
    sent.refresh_from_db()
    assert (sent.state, sent.sent_at, sent.may_be_resent) == (State.FAILED, None, True)
    assert "user_unknown" in sent.last_error
    assert MailDelivery.objects.get().address == carol.email
    assert BlockedAddress.objects.get().address == carol.email
    told = Notification.objects.exclude(pk__in=told_before)
    assert told.filter(user=agent, channel="bell").count() == 1
    assert not told.filter(user=carol).exists()


def test_only_what_was_sent_comes_back(sent):
    Notification.objects.filter(pk=sent.pk).update(state="queued", sent_at=None)
    mark_bounced(sent.pk, "5.1.1")
    mark_bounced(10**12, "5.1.1")
    sent.refresh_from_db()
    assert sent.state == State.QUEUED


def test_what_we_send_is_recognised_when_it_is_answered(sent, carol):
    mail = build_email(sent)
    sign = mail_ids.read_id(mail.extra_headers["Message-ID"])
    assert sign == ("notification", sent.pk)
    assert list(mail_ids.read_markers(mail.body)) == [sign]
    assert list(mail_ids.read_markers(mail.alternatives[0][0])) == [sign]
    found = what_is(*sign)
    assert (found.ticket_id, found.user_id) == (sent.event.subject_id, carol.pk)
    assert what_is("notification", 10**12) is None
    assert what_is("nothing", 1) is None


@pytest.mark.parametrize(
    "text",
    ["", "x", "<ticket-1@localhost>", "<ticket-1-AAAAAAAAAAAAAAAA@localhost>", "{#SD:ticket-1#}"],
)
def test_what_we_did_not_sign_is_not_ours(text):
    assert mail_ids.read_id(text) is None
    assert list(mail_ids.read_markers(text)) == []


def test_a_sign_is_of_one_thing_only():
    ours = mail_ids.sign("ticket", 7)
    signature = ours.removeprefix("ticket-7-")
    for other in (f"ticket-8-{signature}", f"notification-7-{signature}", f"ticket-07-{signature}"):
        assert mail_ids.read_id(f"<{other}@localhost>") is None
    assert mail_ids.read_id(f"<{ours}@rewritten.test>") == ("ticket", 7)
