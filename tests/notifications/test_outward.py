"""A mail about a ticket goes out as the mailbox its conversation came in by."""

from collections.abc import Callable
from datetime import timedelta
from email.utils import parseaddr

import pytest
from django.utils import timezone

from accounts.models import User
from customers.models import Customer
from mailbox.actions.receiving import receive
from mailbox.models import InboundMail, Mailbox
from notifications.models import Notification
from notifications.outward import answered_by, mailbox_of
from notifications.transport import build_email
from tests.factories.mails import make_mail, make_mailbox
from tests.factories.people import make_team
from tests.factories.work import make_category, make_ticket
from tests.notifications.conftest import rows_of
from tickets.actions import NewReply, release_due, send_reply, set_copies
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def make_box(**fields: object) -> Mailbox:
    return make_mailbox(
        "in@print.test", name="Print, desk", sender_address="print@desk.test",
        signature="Your print desk\n0117 496 0000", **fields,
    )  # fmt: skip


def answer(ticket: Ticket, agent: User, run_events: Callable[[], None]) -> Notification:
    run_events()
    Notification.objects.all().delete()
    send_reply(ticket, NewReply("Switch it off and on."), actor=agent)
    release_due(now=timezone.now() + timedelta(minutes=1))
    run_events()
    (row,) = rows_of("ticket.staff_replied", channel="email", address="carol@acme.test")
    return row


def test_the_answer_to_a_mail_comes_from_where_it_was_written_to(
    acme: Customer, carol: User, agent: User, run_events: Callable[[], None]
) -> None:
    row = receive(make_box(), make_mail("It jams.", header_id="<one@acme.test>"))[0]
    assert row.ticket is not None
    sent = answer(row.ticket, agent, run_events)
    mail = build_email(sent).message()
    assert parseaddr(mail["From"]) == ("Print, desk", "print@desk.test")
    assert mail["Reply-To"] == "in@print.test"
    assert mail["In-Reply-To"] == "<one@acme.test>"
    assert mail["References"].split()[-1] == "<one@acme.test>"
    assert len(mail["References"].split()) == 2
    assert "-- \nYour print desk\n0117 496 0000\n" in sent.body_text
    assert "Your print desk<br>0117 496 0000" in sent.body_html


def test_without_a_mailbox_the_desk_itself_writes(
    acme: Customer, carol: User, agent: User, run_events: Callable[[], None], settings: object
) -> None:
    sent = answer(make_ticket(acme, requester=carol.contact), agent, run_events)
    mail = build_email(sent).message()
    assert mail["From"] == settings.DEFAULT_FROM_EMAIL
    assert "Reply-To" not in mail
    assert "In-Reply-To" not in mail
    assert f"-- \n{settings.SITE_NAME}" in sent.body_text


def test_the_category_says_which_mailbox_before_the_team_does(acme: Customer) -> None:
    team, category = make_team("Print"), make_category("Labels")
    of_team = make_mailbox("team@desk.test", team=team)
    of_category = make_mailbox("labels@desk.test", category=category)
    assert mailbox_of(make_ticket(acme, team=team, category=category)) == of_category
    assert mailbox_of(make_ticket(acme, team=team)) == of_team
    assert mailbox_of(make_ticket(acme)) is None
    Mailbox.objects.update(is_active=False)
    assert mailbox_of(make_ticket(acme, team=team, category=category)) is None


def test_a_mailbox_out_of_use_writes_no_more(acme: Customer, carol: User) -> None:
    box = make_box()
    ticket = receive(box, make_mail("It jams."))[0].ticket
    assert ticket is not None
    assert mailbox_of(ticket) == box
    Mailbox.objects.update(is_active=False)
    assert mailbox_of(ticket) is None


@pytest.mark.parametrize(
    "stored", ["no at", "a@b> <c@d", "a@b\r\nX-Evil: 1", "12@without-id.invalid"]
)
def test_an_id_that_is_none_is_answered_by_none(stored: str, acme: Customer, carol: User) -> None:
    row = receive(make_box(), make_mail("It jams."))[0]
    InboundMail.objects.update(header_id=stored)
    assert row.ticket is not None
    assert answered_by(row.ticket, "carol@acme.test") == ""


def test_nobody_is_answered_with_the_id_of_somebody_elses_mail(acme: Customer, carol: User) -> None:
    ticket = receive(make_box(), make_mail("It jams.", header_id="<one@acme.test>"))[0].ticket
    assert ticket is not None
    assert answered_by(ticket, "Carol@acme.test") == "one@acme.test"
    assert answered_by(ticket, "dave@globex.test") == ""


def test_none_of_our_mailboxes_gets_a_copy(acme: Customer, agent: User) -> None:
    make_box(is_active=False)
    wanted = ["in@print.test", "Print@Desk.test", "a@x.test"]
    assert set_copies(make_ticket(acme), wanted, actor=agent) == ["a@x.test"]
