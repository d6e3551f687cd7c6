"""One mail, one fate: what comes in becomes what it is, once, and nothing is lost."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from attachments.models import file_storage
from core import mail_ids
from core.models import EventRecord
from customers.models import Contact, Customer
from mailbox.actions import deciding, receive, receiving, run_again
from mailbox.errors import NotInQuarantine
from mailbox.models import Fate, InboundMail
from notifications.models import Notification
from tests.factories.mails import make_mail, make_mailbox
from tests.factories.people import make_contact, make_team
from tests.factories.work import make_ticket
from tickets.actions import merge_tickets, set_copies
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def box():
    return make_mailbox()


@pytest.fixture
def ticket(acme, carol):
    return make_ticket(acme, requester=carol.contact, subject="Paper jam")


def take(box, *args, **headers):
    return receive(box, make_mail(*args, **headers))[0]


def signed(ticket):
    return mail_ids.message_id("ticket", ticket.pk)


def notified(ticket, user=None, address="carol@acme.test"):
    """A mail of ours about the last event of the ticket."""
    event = EventRecord.objects.filter(subject_type="tickets.ticket", subject_id=ticket.pk).last()
    return Notification.objects.create(
        event=event, user=user, channel="email", address=address, body_text="x", state="sent",
        sent_at=timezone.now(), next_attempt_at=timezone.now(), dedupe_key=f"test:{ticket.pk}",
    )  # fmt: skip


# --- new tickets ---


def test_a_contacts_mail_opens_a_ticket_of_their_customer(box, acme, carol):
    box.team = make_team("Mail")
    box.save()
    row = take(box, "It jams.", subject="Paper jam")
    assert (row.fate, row.ticket.customer, row.ticket.requester) == ("created", acme, carol.contact)
    assert (row.ticket.subject, row.ticket.description) == ("Paper jam", "It jams.")
    assert (row.ticket.channel, row.ticket.team) == ("email", box.team)
    assert file_storage().open(row.raw.name).read().endswith(b"It jams.\r\n")


def test_a_stranger_becomes_a_customer_of_their_own_whatever_they_call_themselves(box, acme):
    row = take(box, sender='"Acme Dental" <evil@else.test>')
    assert row.ticket.customer != acme
    assert row.ticket.requester.email == "evil@else.test"
    assert Customer.objects.get(email="evil@else.test").kind == "person"


def test_a_mail_without_text_and_subject_is_a_ticket_too(box, carol):
    row = take(box, "", subject="")
    assert (row.ticket.subject, row.ticket.description) == (
        "(no subject)",
        "(This mail has no text.)",
    )


def test_who_is_in_cc_gets_copies_but_neither_mailboxes_nor_colleagues(box, carol, agent):
    row = take(box, cc="boss@acme.test, Support@desk.test, erin@desk.test")
    assert [copy.email for copy in row.ticket.copies.all()] == ["boss@acme.test"]


def test_cc_of_an_answer_counts_from_the_requester_with_our_sign_only(box, ticket, acme):
    make_contact(acme, name="Bea", email="bea@acme.test")
    copies = {"cc": "spy@else.test"}
    take(box, subject=f"[{ticket.reference}]", **copies)  # anybody could have written that
    take(box, sender="bea@acme.test", in_reply_to=signed(ticket), **copies)
    assert not ticket.copies.exists()
    take(box, in_reply_to=signed(ticket), **copies)
    assert [copy.email for copy in ticket.copies.all()] == ["spy@else.test"]


def test_files_are_kept_and_those_that_cannot_be_are_named(box, carol):
    body = (
        "--x\r\nContent-Type: text/plain\r\n\r\nSee files.\r\n"
        '--x\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename="log.txt"'
        "\r\n\r\nline\r\n"
        "--x\r\nContent-Type: application/x-dosexec\r\nContent-Disposition: attachment; "
        'filename="run.exe"\r\n\r\nMZ\r\n--x--'
    )
    row = take(box, body, content_type="multipart/mixed; boundary=x")
    assert [file.stored.name for file in row.ticket.files.all()] == ["log.txt"]
    assert row.ticket.description == "See files.\n\nNot attached: run.exe"


def test_more_files_than_are_taken_stay_in_the_source(box, carol, settings):
    settings.MAIL_MAX_FILES = 2
    part = "--x\r\nContent-Disposition: attachment; filename=a{}.txt\r\n\r\nx\r\n"
    body = "".join(part.format(n) for n in range(5)) + "--x--"
    row = take(box, body, content_type="multipart/mixed; boundary=x")
    assert row.ticket.files.count() == 2
    assert "Not attached: a2.txt, a3.txt, a4.txt" in row.ticket.description


# --- threading ---


def test_our_signature_leads_to_the_ticket(box, ticket):
    row = take(box, "Still broken.", subject="Anything", in_reply_to=signed(ticket))
    assert (row.fate, row.ticket, row.message.body) == ("appended", ticket, "Still broken.")
    assert row.message.is_from_customer
    assert any("signed ticket" in step for step in row.steps)


def test_the_marker_in_the_body_leads_there_where_the_id_was_replaced(box, ticket):
    row = take(box, f"Still broken.\r\n\r\n> {mail_ids.marker('ticket', ticket.pk)}", subject="X")
    assert (row.fate, row.ticket) == ("appended", ticket)


@pytest.mark.parametrize("tail", ["0" * 16, "A" * 16])
def test_a_forged_signature_leads_nowhere(box, ticket, tail):
    forged = f"<ticket-{ticket.pk}-{tail}@localhost>"
    row = take(box, in_reply_to=forged, subject="Re: Paper jam")
    assert (row.fate, row.ticket == ticket) == ("created", False)
    assert any("wrong signature" in step for step in row.steps)


def test_the_number_in_the_subject_counts_for_people_of_the_ticket_only(box, ticket, dave):
    subject = f"Re: [{ticket.reference}] Paper jam"
    assert take(box, subject=subject).ticket == ticket
    theirs = take(box, sender="dave@globex.test", subject=subject)
    assert (theirs.fate, theirs.ticket.customer.name) == ("created", "Globex Hotels")
    assert any("nobody of that ticket" in step for step in theirs.steps)


def test_who_is_in_cc_of_the_ticket_may_name_its_number(box, ticket, agent):
    set_copies(ticket, ["boss@acme.test"], actor=agent)
    row = take(box, sender="The Boss <boss@acme.test>", subject=f"[{ticket.reference}]")
    assert (row.ticket, row.message.author_name, row.message.author) == (ticket, "The Boss", None)
    assert not row.message.is_automatic


def test_a_sender_whose_own_domain_disowns_them_is_not_believed(box, ticket):
    row = take(box, subject=f"[{ticket.reference}] x", authentication_results="mx.desk; dmarc=fail")
    assert row.ticket != ticket


def test_a_sender_that_only_the_mail_names_is_not_believed(box, ticket):
    row = take(
        box, sender="Eve <eve@list.test>", subject=f"[SD-{ticket.pk:06}] Paper jam",
        x_original_from="carol@acme.test", reply_to="carol@acme.test",
    )  # fmt: skip
    assert row.ticket != ticket
    assert any("nothing vouches" in step for step in row.steps)


def test_an_answer_to_a_mail_we_received_is_of_its_ticket_under_the_same_subject(box, carol):
    first = take(box, header_id="<a@acme.test>", subject="Paper jam")
    same = take(box, references="<a@acme.test>", subject="RE: Paper  Jam")
    other = take(box, references="<a@acme.test>", subject="A new printer, please")
    assert (same.ticket, other.fate) == (first.ticket, "created")


def test_a_stranger_with_our_signature_is_heard_inside_only(box, ticket, dave):
    row = take(box, "Join code 1234", sender="no-reply@slack.test", in_reply_to=signed(ticket))
    assert (row.ticket, row.message.kind) == (ticket, "note")
    assert "no-reply@slack.test" in row.message.body
    theirs = take(box, sender="dave@globex.test", in_reply_to=signed(ticket))
    assert theirs.message.kind == "note"


def test_a_colleague_of_the_requester_with_our_signature_speaks_for_the_customer(box, ticket, acme):
    make_contact(acme, name="Bea", email="bea@acme.test")
    row = take(box, sender="bea@acme.test", in_reply_to=signed(ticket))
    assert (row.message.kind, row.message.author_name) == ("reply", "Bea")


def test_a_merged_ticket_hands_the_words_on(box, ticket, acme, agent):
    other = make_ticket(acme)
    merge_tickets(ticket, other, requester=None, actor=agent)
    assert take(box, in_reply_to=signed(ticket)).ticket == other


def test_a_closed_ticket_stays_closed_and_gets_a_follow_up(box, acme, carol):
    closed = make_ticket(acme, requester=carol.contact, status="closed")
    row = take(box, in_reply_to=signed(closed))
    assert (row.fate, row.ticket.follows) == ("created", closed)
    again = take(box, in_reply_to=signed(closed))
    assert (again.fate, again.ticket) == ("appended", row.ticket)


def test_a_waiting_ticket_wakes(box, acme, carol):
    waiting = make_ticket(acme, requester=carol.contact, status="waiting")
    take(box, in_reply_to=signed(waiting))
    waiting.refresh_from_db()
    assert waiting.status == "open"


# --- colleagues ---


def test_a_colleague_who_answers_a_mail_sent_to_them_writes_a_note(box, ticket, agent):
    sent = notified(ticket, agent, agent.email)
    row = take(
        box, "On it.", sender=agent.email,
        in_reply_to=mail_ids.message_id("notification", sent.pk),
    )  # fmt: skip
    assert (row.fate, row.message.kind, row.message.author) == ("appended", "note", agent)


@pytest.mark.parametrize("sign", ["none", "forged", "customers", "subject"])
def test_a_colleagues_address_alone_is_nobodys_word(box, ticket, agent, sign):
    sent = notified(ticket)
    reference = {
        "none": "",
        "forged": f"<notification-{sent.pk}-{'A' * 16}@localhost>",
        "customers": mail_ids.message_id("notification", sent.pk),
        "subject": "",
    }[sign]
    subject = f"Re: [{ticket.reference}]" if sign == "subject" else "Re: x"
    row = take(box, sender=agent.email, in_reply_to=reference, subject=subject)
    assert (row.fate, ticket.messages.count()) == ("quarantined", 0)
    assert "colleague" in row.reason


def test_a_colleagues_vacation_is_dropped(box, ticket, agent):
    row = take(box, sender=agent.email, in_reply_to=signed(ticket), auto_submitted="auto-replied")
    assert (row.fate, ticket.messages.count()) == ("ignored", 0)


# --- machines ---


@pytest.mark.parametrize(
    ("headers", "fate"),
    [
        ({"auto_submitted": "auto-replied"}, "auto_reply"),
        ({"x_autoreply": "yes"}, "auto_reply"),
        ({"precedence": "bulk"}, "ignored"),
        ({"list_id": "<news.acme.test>"}, "ignored"),
        ({"x_loop": "support@desk.test"}, "ignored"),
    ],
)
def test_a_machine_opens_wakes_and_answers_nothing(box, acme, carol, headers, fate):
    waiting = make_ticket(acme, requester=carol.contact, status="waiting")
    before = EventRecord.objects.count()
    row = take(box, in_reply_to=signed(waiting), **headers)
    waiting.refresh_from_db()
    assert (row.fate, waiting.status, waiting.messages.count()) == (fate, "waiting", 0)
    assert (Ticket.objects.count(), EventRecord.objects.count()) == (1, before)
    assert row.ticket == (waiting if fate == "auto_reply" else None)


def test_what_exchange_writes_on_peoples_mail_makes_no_machine(box, carol):
    row = take(box, x_auto_response_suppress="All", precedence="normal", auto_submitted="no")
    assert row.fate == "created"


def test_commands_in_a_mail_are_words(box, carol):
    row = take(box, "#close", subject="[priority:urgent] x", x_desk_assign="1")
    assert (row.ticket.priority, row.ticket.status, row.ticket.technician) == (3, "open", None)


def bounce_of(message_id, address="carol@acme.test"):
    return (
        "--b\r\nContent-Type: text/plain\r\n\r\nUndelivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.test\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 user unknown\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\n--b--"
    )


def bounce(box, message_id):
    return take(
        box, bounce_of(message_id), sender="MAILER-DAEMON@mx.test", subject="Undelivered Mail",
        content_type="multipart/report; report-type=delivery-status; boundary=b",
    )  # fmt: skip


def test_a_bounce_finds_its_message_and_tells(box, ticket):
    sent = notified(ticket)
    row = bounce(box, mail_ids.message_id("notification", sent.pk))
    assert (row.fate, row.ticket) == ("bounce", ticket)
    said = EventRecord.objects.get(name="ticket.mail_bounced")
    assert (said.subject_id, said.payload["is_hard"]) == (ticket.pk, True)
    assert "carol@" not in str(said.payload)
    assert EventRecord.objects.get(name="mail.came_back").payload["number"] == sent.pk


def test_a_forged_bounce_finds_nothing(box, ticket):
    row = bounce(box, f"<notification-1-{'A' * 16}@localhost>")
    assert (row.fate, row.ticket) == ("bounce", None)
    assert not EventRecord.objects.filter(name="ticket.mail_bounced").exists()


# --- once, and nothing lost ---


def test_the_same_mail_again_is_counted_and_does_nothing(box, carol):
    raw = make_mail()
    first, is_new = receive(box, raw)
    again, is_new_again = receive(box, raw)
    assert (is_new, is_new_again, again.pk, again.duplicates) == (True, False, first.pk, 1)
    assert (Ticket.objects.count(), InboundMail.objects.count()) == (1, 1)


def test_the_same_mail_to_two_mailboxes_is_two_deliveries(box, carol):
    raw = make_mail()
    receive(box, raw)
    assert receive(make_mailbox("sales@desk.test"), raw)[1]


def test_a_mail_without_id_is_known_by_its_bytes(box, carol):
    raw = make_mail(header_id="")
    receive(box, raw)
    assert not receive(box, raw)[1]
    assert receive(box, make_mail("Other.", header_id=""))[1]


def test_a_twin_at_the_same_moment_does_nothing_a_second_time(box, carol, monkeypatch):
    raw, real, asked = make_mail(), receiving._known, []
    first, _new = receive(box, raw)

    def not_yet(*args):
        asked.append(args)
        return None if len(asked) == 1 else real(*args)

    monkeypatch.setattr(receiving, "_known", not_yet)
    again, is_new = receive(box, raw)
    assert (again.pk, is_new, again.duplicates, Ticket.objects.count()) == (first.pk, False, 1, 1)
    assert file_storage().exists(again.raw.name)


def test_when_postgresql_goes_away_the_mail_must_be_offered_again(box, carol, monkeypatch):
    def away(*_args):
        raise OperationalError("server closed the connection")

    real = deciding.post
    monkeypatch.setattr(deciding, "post", away)
    with pytest.raises(OperationalError):
        take(box, header_id="<a@acme.test>")
    monkeypatch.setattr(deciding, "post", real)
    assert not InboundMail.objects.exists()
    assert take(box, header_id="<a@acme.test>").fate == "created"


def test_what_fails_is_rolled_back_and_waits_with_its_reason(box, carol, monkeypatch):
    real = deciding.post

    def fail(*args):
        real(*args)
        raise ValueError("boom")

    monkeypatch.setattr(deciding, "post", fail)
    row = take(box)
    assert (row.fate, row.reason) == ("quarantined", "ValueError: boom")
    assert (Ticket.objects.count(), row.ticket) == (0, None)
    assert file_storage().exists(row.raw.name)
    assert run_again(row, actor=None).reason == "ValueError: boom"
    monkeypatch.setattr(deciding, "post", real)
    again = run_again(row, actor=None)
    assert (again.fate, Ticket.objects.count()) == ("created", 1)
    with pytest.raises(NotInQuarantine):
        run_again(again, actor=None)


def test_a_mail_that_breaks_the_reader_waits_too(box, monkeypatch):
    monkeypatch.setattr(
        "mailbox.actions.receiving.read", lambda *_: (_ for _ in ()).throw(KeyError("x"))
    )
    row = take(box)
    assert (row.fate, row.reason) == ("quarantined", "KeyError: 'x'")


@pytest.mark.parametrize(
    "sender", ["", "a@b.test, c@d.test", "nobody", "a@x)<evil@y>, boss@acme.test"]
)
def test_no_clear_sender_is_for_a_person(box, sender):
    assert take(box, sender=sender).fate == "quarantined"


def test_a_mail_over_the_limit_waits_whole(box, carol, settings):
    settings.MAIL_MAX_BYTES = 1_000
    row = take(box, "x" * 1_001)
    assert (row.fate, "Larger" in row.reason) == ("quarantined", True)
    assert run_again(row, actor=None).fate == "created"


def test_broken_mails_each_get_a_fate(box, settings):
    bad = [b"", b"\x00" * 500, b"\r\n\r\n", b"To: " + b"(" * 10_000, b"x: " + b"y" * 200_000]
    bad.append(b"From: a@b.test\r\nSubject: a\x00b\r\n\r\nNUL \x00 here")
    for raw in bad:
        assert receive(box, raw)[0].fate in Fate.values
    assert InboundMail.objects.count() == len(bad)


# --- storms ---


def test_one_senders_new_tickets_end_at_the_limit_of_the_hour(box, carol, settings):
    settings.MAIL_TICKETS_PER_PAIR_HOUR = 2
    fates = [take(box, subject=f"S{n}").fate for n in range(4)]
    assert fates == ["created", "created", "quarantined", "quarantined"]
    InboundMail.objects.update(received_at=timezone.now() - timedelta(minutes=61))
    assert take(box, subject="later").fate == "created"


def test_one_senders_mails_end_at_the_limit_of_the_hour(box, ticket, settings):
    settings.MAIL_PER_ADDRESS_HOUR = 3
    fates = [take(box, f"No {n}", in_reply_to=signed(ticket)).fate for n in range(5)]
    assert fates == ["appended"] * 3 + ["quarantined"] * 2
    row = InboundMail.objects.filter(fate="quarantined").first()
    assert run_again(row, actor=None).fate == "appended"  # a person may let it pass


def test_contacts_are_found_however_the_address_is_written(box, carol):
    assert take(box, sender="CAROL@Acme.TEST").ticket.requester == carol.contact
    assert Contact.objects.count() == 1
