"""What a provider says about our mail: once, in any order, and only with its secret."""

import base64
import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from core.models import EventRecord
from notifications.actions import News, note_delivery, resend_notification
from notifications.models import BlockedAddress, Fate, MailDelivery, Notification, State
from tests.factories.work import make_ticket
from tickets.actions import add_note, add_reply, set_copies
from tickets.models import Message

pytestmark = pytest.mark.django_db
HARD = "smtp; 550 5.1.1 no such user"


@pytest.fixture
def ticket(acme, carol, agent, forget):
    ticket = make_ticket(acme, requester=carol.contact, actor=carol)
    set_copies(ticket, ["hal@elsewhere.test"], actor=agent)
    forget()
    return ticket


@pytest.fixture
def sent(ticket, carol, agent, run_events):
    """The mail to Carol, Cc Hal, that carries an agent's reply."""
    add_reply(ticket, "Which tray?", actor=agent)
    run_events()
    row = Notification.objects.get(channel="email", user=carol)
    Notification.objects.filter(pk=row.pk).update(
        state="sent", sent_at=row.created_at, provider_id="pm-1"
    )
    row.refresh_from_db()
    return row


@pytest.fixture
def provider(settings, client):
    """Posts news as Postmark does; returns the answer's status."""
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL_WEBHOOK_SECRET = "name:word"

    def post(kind="Bounce", secret="name:word", **fields):
        body = {
            "RecordType": kind, "MessageID": "pm-1", "Email": "carol@acme.test",
            "BouncedAt": "2025-11-03T10:00:00Z", "DeliveredAt": "2025-11-03T10:00:00Z",
            "Type": "HardBounce", "Details": HARD, "ID": 1, **fields,
        }  # fmt: skip
        if kind == "Delivery":
            body |= {"Recipient": body["Email"], "Details": "accepted"}
        answer = client.post(
            reverse("notifications:tracking"), json.dumps(body), content_type="application/json",
            headers={"Authorization": "Basic " + base64.b64encode(secret.encode()).decode()},
        )  # fmt: skip
        return answer.status_code

    return post


def bounced_events():
    return EventRecord.objects.filter(name="ticket.mail_bounced").count()


def test_a_bounce_is_written_down_once_and_its_author_hears_of_it(
    sent, provider, agent, carol, run_events
):
    assert [provider(), provider(), provider()] == [200, 200, 200]
    run_events()
    sent.refresh_from_db()
    assert (sent.state, sent.may_be_resent) == (State.FAILED, True)
    row = MailDelivery.objects.get()
    assert (row.address, row.fate, row.reason, row.is_hard) == (
        "carol@acme.test", "bounced", "user_unknown", True,
    )  # fmt: skip
    assert bounced_events() == 1
    assert Notification.objects.filter(
        event__name="ticket.mail_bounced", user=agent, channel="bell"
    ).exists()
    assert not Notification.objects.filter(event__name="ticket.mail_bounced", user=carol).exists()


def test_news_that_is_older_than_what_is_known_changes_nothing(sent):
    now = timezone.now()
    news = [News("carol@acme.test", fate, now) for fate in Fate]
    deferred, delivered, bounced, complained = news
    assert note_delivery(sent.pk, delivered)
    assert not note_delivery(sent.pk, deferred)
    assert note_delivery(sent.pk, bounced)  # accepted first, given back later
    assert not note_delivery(sent.pk, delivered)
    assert not note_delivery(sent.pk, bounced)
    assert MailDelivery.objects.get().fate == "bounced"
    assert note_delivery(sent.pk, complained)


def test_a_copy_that_comes_back_leaves_the_mail_sent(sent, provider):
    assert provider(Email="hal@elsewhere.test") == 200
    sent.refresh_from_db()
    assert sent.state == State.SENT
    assert bounced_events() == 1


def test_whom_it_did_not_go_to_is_nobody(sent, provider):
    assert provider(Email="mallory@elsewhere.test") == 200
    assert provider(MessageID="pm-unknown") == 200
    assert provider(kind="Open") == 200
    assert not MailDelivery.objects.exists()
    assert not note_delivery(10**12, News("carol@acme.test", Fate.BOUNCED, timezone.now()))


def test_a_soft_bounce_blocks_nobody(sent, provider):
    provider(Type="SoftBounce", Details="452 4.2.2 mailbox full")
    assert MailDelivery.objects.get().reason == "mailbox_full"
    assert not BlockedAddress.objects.exists()


def test_the_door_is_shut_without_a_secret_a_provider_or_the_right_word(sent, provider, settings):
    assert provider(secret="name:wrong") == 400
    settings.ANYMAIL_WEBHOOK_SECRET = None
    assert provider() == 404
    settings.ANYMAIL_WEBHOOK_SECRET = "name:word"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert provider() == 404
    settings.EMAIL_BACKEND = "anymail.backends.nobody.EmailBackend"
    assert provider() == 404
    assert not MailDelivery.objects.exists()


def test_nothing_automatic_goes_to_an_address_that_came_back(
    sent, provider, ticket, agent, carol, acme, run_events
):
    provider()
    blocked = BlockedAddress.objects.get()
    assert timedelta(days=59) < blocked.until - timezone.now() < timedelta(days=61)
    run_events()
    before = set(Notification.objects.values_list("pk", flat=True))
    add_reply(ticket, "Written by a person.", actor=agent)
    run_events()
    new = Notification.objects.exclude(pk__in=before).filter(channel="email", user=carol)
    assert [row.state for row in new] == ["queued"]
    make_ticket(acme, requester=carol.contact, actor=carol)  # its receipt is automatic
    run_events()
    receipt = Notification.objects.get(
        event__name="ticket.opened", channel="email", user=carol
    )  # fmt: skip
    assert receipt.state == State.UNSENT
    assert "came back" in receipt.last_error
    BlockedAddress.objects.update(blocked_at="2020-01-01T00:00Z", until="2020-02-01T00:00Z")
    other = make_ticket(acme, requester=carol.contact, actor=carol)
    run_events()
    row = Notification.objects.get(event__subject_id=other.pk, channel="email", user=carol)
    assert row.state == State.QUEUED


def test_a_mail_that_arrives_lifts_the_block(sent, provider, ticket, agent, carol, run_events):
    provider()
    add_reply(ticket, "Once more.", actor=agent)
    run_events()
    row = Notification.objects.filter(channel="email", user=carol, state="queued").latest("pk")
    Notification.objects.filter(pk=row.pk).update(provider_id="pm-2")
    assert BlockedAddress.objects.exists()
    assert provider(kind="Delivery", MessageID="pm-2") == 200
    assert not BlockedAddress.objects.exists()


def test_the_page_says_what_became_of_each_reply(sent, provider, ticket, agent, alice, client_of):
    message = Message.objects.get(ticket=ticket)
    note = add_note(ticket, "Aside", actor=agent)
    client = client_of(agent)
    where = reverse("notifications:of_ticket", args=[ticket.pk])
    page = client.get(ticket.get_absolute_url()).content.decode()
    assert f"{where}?messages={message.pk},{note.pk}" in page
    assert f'id="sent-{message.pk}"' in page
    assert 'id="to-warning"' in page
    part = f"{where}?messages={message.pk},{note.pk},x"

    def shown():
        return " ".join(client.get(part).content.decode().split())

    assert ">Sent</span>" in shown()
    provider(kind="Delivery")
    assert ">Sent</span>" in shown()  # of one of two recipients
    provider(kind="Delivery", Email="hal@elsewhere.test")
    assert ">Delivered</span>" in shown()
    assert "to-warning" not in shown()
    provider()
    assert ">Came back</span>" in shown()
    assert "carol@acme.test: there is no such address" in shown()
    assert "to-warning" in shown()
    assert "What you write is still sent there" in shown()
    assert client_of(alice).get(part).status_code == 404


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": "queued", "sent_at": None}, "Waiting to be sent"),
        ({"state": "queued", "sent_at": None, "attempts": 2}, "Will be tried again"),
        ({"state": "sending", "sent_at": None}, "Waiting to be sent"),
        ({"state": "failed", "sent_at": None, "last_error": "554 <no>"}, "554 &lt;no&gt;"),
        ({"state": "unsent", "sent_at": None, "last_error": "no account"}, "no account"),
    ],
)
def test_every_state_has_words(sent, ticket, agent, client_of, fields, words):
    Notification.objects.filter(pk=sent.pk).update(**fields)
    message = Message.objects.get(ticket=ticket)
    where = reverse("notifications:of_ticket", args=[ticket.pk])
    assert words in client_of(agent).get(f"{where}?messages={message.pk}").content.decode()


def test_what_was_said_of_an_earlier_copy_is_forgotten(sent, provider, manager):
    provider()
    sent.refresh_from_db()
    resend_notification(sent, actor=manager)
    assert not MailDelivery.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"fate": "eaten"},
        {"fate": "delivered", "is_hard": True},
        {"fate": "delivered", "address": "carol@acme.test"},
    ],
)
def test_the_database_refuses_nonsense(sent, fields):
    MailDelivery.objects.create(
        notification=sent, address="carol@acme.test", fate="delivered", happened_at=timezone.now()
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        MailDelivery.objects.create(
            **{"notification": sent, "address": "b@x.test", "happened_at": timezone.now()} | fields
        )


@pytest.mark.parametrize(("address", "days"), [("A@x.test", 1), ("", 1), ("a@x.test", -1)])
def test_a_block_has_an_address_and_an_end(db, address, days):
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        BlockedAddress.objects.create(
            address=address, reason="x", blocked_at=now, until=now + timedelta(days=days)
        )


def test_a_deleted_customer_leaves_no_address(sent, provider, ticket):
    from notifications.actions import forget_news

    provider()
    forget_news([ticket.pk])
    assert not MailDelivery.objects.exists()
    assert not BlockedAddress.objects.exists()
