"""SMS that come in: stored once, read by a worker, one fate each."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from core.events import sweep
from core.outbound import OutboundError
from customers.models import Contact, Customer
from mailbox import media
from mailbox.actions import read_sms, store_sms, texting
from mailbox.models import InboundSms, SmsFate
from mailbox.tasks import sweep_sms
from notifications.models import Notification, StoppedNumber
from tests.conftest import CASES_DIR
from tests.factories.files import picture as make_picture
from tests.factories.people import make_contact, make_customer
from tests.factories.work import make_ticket
from tests.fakes.twilio import TOKEN, signed
from tests.notifications.test_sending import make_row
from tickets.actions import close_ticket, resolve_ticket
from tickets.models import MessageKind, Ticket

pytestmark = pytest.mark.django_db
PHONE, STRANGER = "+447700900777", "+4915112345678"
PNG = make_picture().read()
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _account(settings: object) -> None:
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = "AC1", TOKEN


@pytest.fixture
def carol_calls(carol: User) -> Contact:
    Contact.objects.filter(pk=carol.contact.pk).update(phone=PHONE)
    carol.contact.refresh_from_db()
    return carol.contact


def come_in(body: str, *, sender: str = PHONE, sid: str = "", **more: object) -> InboundSms:
    """Stored and read."""
    sid = sid or f"SM{InboundSms.objects.count():032x}"
    row, _is_new = store_sms(sid=sid, sender=sender, to="+447700900999", body=body, **more)
    read_sms(row.pk)
    row.refresh_from_db()
    return row


def told(ticket: Ticket, phone: str = PHONE) -> None:
    """The desk has written to this phone about the ticket."""
    sweep()
    event = Notification.objects.filter(event__subject_id=ticket.pk).first()
    assert event is not None
    make_row(channel="sms", address=phone, event=event.event)


def post(client: Client, form: dict[str, str], *, token: str = TOKEN):
    headers = signed("http://testserver/sms/receive/", form, token)
    return client.post("/sms/receive/", form, headers=headers)


def test_the_door_stores_what_is_signed_and_once(client: Client) -> None:
    form = {"MessageSid": "SM1", "From": PHONE, "To": "+447700900999", "Body": "Hi\x00 there"}
    for _ in range(2):
        answer = post(client, form)
        assert (answer.status_code, answer.content) == (200, b"<Response/>")
    row = InboundSms.objects.get()
    assert (row.body, row.duplicates, row.fate) == ("Hi there", 1, "waiting")
    assert post(client, {**form, "MessageSid": "SM2"}, token="x").status_code == 403
    assert post(client, {"From": PHONE}).status_code == 400
    assert client.get("/sms/receive/").status_code in (403, 405)
    assert InboundSms.objects.count() == 1


def test_recorded_webhooks_are_each_taken_once(client: Client) -> None:
    """The inbound cases of ../shared/data/twilio."""
    path = Path(CASES_DIR) / "twilio" / "webhooks" / "cases.jsonl"
    if not path.exists():
        pytest.skip("no twilio/webhooks/cases.jsonl in CASES_DIR")
    cases = [json.loads(line) for line in path.read_text().splitlines()]
    forms = [case["params"] for case in cases if case["kind"] == "inbound_sms"]
    for number, form in enumerate(forms):  # the made-up ones share one SmsSid
        form = {**form, **({"SmsSid": f"SM{number}"} if form["SmsSid"] == "SMxx" else {})}
        for _ in range(2):
            assert post(client, form).status_code == 200
    assert InboundSms.objects.count() == len(forms) >= 5
    with fetching(PNG):
        assert sweep_sms() == len(forms)
    assert not InboundSms.objects.filter(fate="waiting").exists()
    senders = {row.from_phone for row in InboundSms.objects.all()}
    assert Ticket.objects.count() == len(senders)
    two = InboundSms.objects.get(body="testing multiple media")
    assert two.ticket.files.count() == 2
    assert InboundSms.objects.filter(body="remove null bytes").exists()


def test_a_customer_s_words_open_a_ticket(carol_calls: Contact) -> None:
    row = come_in("The printer jams.", sender="07700 900777")
    assert row.fate == SmsFate.CREATED
    assert (row.ticket.requester, row.ticket.channel) == (carol_calls, "sms")
    assert (row.ticket.subject, row.ticket.description) == ("The printer jams.",) * 2


def test_an_answer_lands_on_the_ticket_they_were_last_told_about(
    acme: Customer, carol_calls: Contact
) -> None:
    first, second, third = (make_ticket(acme, requester=carol_calls) for _ in range(3))
    told(first), told(second)
    row = come_in("Tuesday is fine.")
    assert (row.fate, row.ticket) == (SmsFate.APPENDED, second)
    assert (row.message.body, row.message.kind) == ("Tuesday is fine.", MessageKind.REPLY)
    assert third.messages.count() == 0


def test_without_such_the_last_open_one(acme: Customer, carol_calls: Contact, agent: User) -> None:
    old = make_ticket(acme, requester=carol_calls)
    done = make_ticket(acme, requester=carol_calls)
    resolve_ticket(done, "Fixed.", actor=agent)
    assert come_in("Still broken.").ticket == old


def test_an_answer_to_a_closed_one_opens_a_follow_up(
    acme: Customer, carol_calls: Contact, agent: User
) -> None:
    ticket = make_ticket(acme, requester=carol_calls)
    told(ticket)
    resolve_ticket(ticket, "Fixed.", actor=agent)
    close_ticket(Ticket.objects.get(pk=ticket.pk), actor=agent)
    row = come_in("Broken again.")
    assert row.fate == SmsFate.CREATED
    assert row.ticket.follows_id == ticket.pk


def test_nobody_writes_on_another_customer_s_ticket(
    acme: Customer, globex: Customer, carol_calls: Contact
) -> None:
    """The phone has changed hands since we wrote to it."""
    theirs = make_ticket(globex)
    told(theirs)
    row = come_in("Hello?")
    assert row.fate == SmsFate.CREATED
    assert row.ticket.customer == acme


def test_a_stranger_becomes_a_customer_named_by_the_number() -> None:
    row = come_in("Do you repair scanners?", sender=STRANGER)
    assert row.fate == SmsFate.CREATED
    assert (row.ticket.customer.name, row.ticket.requester.phone) == (STRANGER, STRANGER)
    assert come_in("Hello?", sender=STRANGER).ticket == row.ticket


def test_a_number_of_several_customers_waits_for_a_person(
    acme: Customer, globex: Customer, carol_calls: Contact, client_of: SignIn, agent: User
) -> None:
    make_contact(globex, phone=PHONE)
    row = come_in("It jams.")
    assert row.fate == SmsFate.QUARANTINED
    assert "Several customers" in row.reason
    ticket = make_ticket(globex)
    client = client_of(agent)
    assert "Several customers" in client.get("/sms/").content.decode()
    assert client.post(f"/sms/{row.pk}/move/", {"number": "SD-999999"}).status_code == 422
    assert client.post(f"/sms/{row.pk}/move/", {"number": ticket.reference}).status_code == 302
    row.refresh_from_db()
    assert (row.fate, row.ticket) == (SmsFate.APPENDED, ticket)
    again = client.post(f"/sms/{row.pk}/move/", {"number": ticket.reference})
    assert again.status_code == 422
    assert ticket.messages.count() == 1


def test_told_about_one_of_them_the_number_is_clear(
    acme: Customer, globex: Customer, carol_calls: Contact
) -> None:
    make_contact(globex, phone=PHONE)
    ticket = make_ticket(globex)
    told(ticket)
    assert come_in("Yes, Tuesday.").ticket == ticket


def test_a_technician_s_words_are_a_note_of_their_job(acme: Customer, alice: User, agent: User):
    User.objects.filter(pk=alice.pk).update(phone=PHONE)
    job = make_ticket(acme, technician=alice.technician, actor=agent)
    row = come_in("Fuser replaced.")
    assert (row.fate, row.ticket) == (SmsFate.APPENDED, job)
    assert (row.message.kind, row.message.author) == (MessageKind.NOTE, alice)
    make_ticket(acme, technician=alice.technician, actor=agent)
    assert come_in("And now?").fate == SmsFate.QUARANTINED
    told(job)
    assert come_in("Done here.").ticket == job


def test_a_technician_says_nothing_about_a_job_that_is_not_theirs(
    acme: Customer, alice: User, bob: User, agent: User
) -> None:
    User.objects.filter(pk=alice.pk).update(phone=PHONE)
    job = make_ticket(acme, technician=bob.technician, actor=agent)
    told(job)
    assert come_in("Hello?").fate == SmsFate.QUARANTINED


@pytest.mark.parametrize("word", ["STOP", " stop. ", "Unsubscribe", "QUIT"])
def test_stop_and_start(word: str, carol_calls: Contact) -> None:
    assert come_in(word).fate == SmsFate.STOPPED
    sweep()
    assert StoppedNumber.objects.get().phone == PHONE
    assert come_in("Start").fate == SmsFate.STARTED
    sweep()
    assert not StoppedNumber.objects.exists()
    assert not Ticket.objects.exists()


def test_yes_starts_again_and_is_an_answer_too(carol_calls: Contact) -> None:
    come_in("STOP"), sweep()
    assert come_in("YES").fate == SmsFate.CREATED
    sweep()
    assert not StoppedNumber.objects.exists()


def test_a_sentence_with_stop_in_it_is_a_sentence(carol_calls: Contact) -> None:
    assert come_in("Stop the technician, it works again").fate == SmsFate.CREATED


def test_help_is_answered_once_unless_twilio_did(carol_calls: Contact, settings: object) -> None:
    settings.SUPPORT_PHONE = "0117 496 0142"
    assert come_in("HELP").fate == SmsFate.HELPED
    assert come_in("HELP", opt_out="HELP").fate == SmsFate.HELPED
    sweep(), sweep()
    row = Notification.objects.get(channel="sms")
    assert row.address == PHONE
    assert "0117 496 0142" in row.body_text
    assert not row.is_secret


@contextmanager
def fetching(content: bytes | Exception) -> Iterator[list[dict[str, object]]]:
    """Twilio's media server."""
    asked: list[dict[str, object]] = []

    def fetch(url: str, **how: object) -> bytes:
        asked.append({"url": url, **how})
        if isinstance(content, Exception):
            raise content
        return content

    with patch.object(media, "fetch", fetch):
        yield asked


def picture(url: str = "https://api.twilio.com/m/1") -> list[dict[str, str]]:
    return [{"url": url, "type": "image/png"}]


def test_a_picture_is_attached(carol_calls: Contact) -> None:
    with fetching(PNG) as asked:
        row = come_in("See here", media=picture())
    assert [one.stored.name for one in row.ticket.files.all()] == ["sms-1.png"]
    assert str(asked[0]["authorization"]).startswith("Basic ")


def test_our_password_goes_to_twilio_alone(carol_calls: Contact) -> None:
    for url in ("https://api.twilio.com.evil.test/m", "https://evil.test/", "https://[x/"):
        with fetching(PNG) as asked:
            come_in("See", media=picture(url))
        assert asked[0]["authorization"] == ""


def test_what_is_no_picture_is_named_and_left(carol_calls: Contact) -> None:
    with fetching(b"MZ\x90\x00 a program"):
        row = come_in("See here", media=picture())
    assert row.ticket.files.count() == 0
    assert "Not attached: sms-1" in row.ticket.description


def test_a_picture_that_does_not_come_is_asked_for_again_and_then_left(
    carol_calls: Contact,
) -> None:
    with fetching(OutboundError("The server does not answer.")):
        row = come_in("See here", media=picture())
        assert row.fate == SmsFate.WAITING
        assert sweep_sms() == 0  # not yet
        for _ in range(texting.MOST_ATTEMPTS):
            InboundSms.objects.update(next_attempt_at=timezone.now())
            sweep_sms()
    row.refresh_from_db()
    assert row.fate == SmsFate.CREATED
    assert "does not answer" in row.ticket.description


def test_one_that_ends_its_worker_waits_for_a_person() -> None:
    row, _new = store_sms(sid="SM1", sender=PHONE, to="", body="x")
    for _ in range(texting.MOST_ATTEMPTS):
        InboundSms.objects.update(next_attempt_at=timezone.now())
        with (
            patch.object(texting, "fetch_media", side_effect=SystemExit),
            pytest.raises(SystemExit),
        ):
            read_sms(row.pk)
    InboundSms.objects.update(next_attempt_at=timezone.now())
    sweep_sms()
    row.refresh_from_db()
    assert row.fate == SmsFate.QUARANTINED


def test_what_fails_leaves_nothing_and_says_why(carol_calls: Contact) -> None:
    with patch.object(texting, "open_ticket", side_effect=ValueError("boom")):
        row = come_in("It jams", sender=STRANGER)
    assert (row.fate, row.reason) == (SmsFate.QUARANTINED, "ValueError: boom")
    assert not Customer.objects.filter(name=STRANGER).exists()


def test_a_storm_is_held_back_and_can_be_let_through(
    carol_calls: Contact, settings: object, client_of: SignIn, agent: User
) -> None:
    settings.SMS_IN_PER_NUMBER_HOUR = 2
    rows = [come_in(f"word {number}") for number in range(3)]
    assert [row.fate for row in rows] == ["created", "appended", "quarantined"]
    assert client_of(agent).post(f"/sms/{rows[2].pk}/again/").status_code == 302
    rows[2].refresh_from_db()
    assert (rows[2].fate, rows[2].ticket) == ("appended", rows[0].ticket)
    client_of(agent).post(f"/sms/{rows[2].pk}/again/")
    assert rows[0].ticket.messages.count() == 2


def test_a_number_of_an_office_with_one_open_ticket() -> None:
    office = make_customer(phone=PHONE)
    ticket = make_ticket(office)
    assert come_in("It is the reception.").ticket == ticket
    make_ticket(office)
    assert come_in("Which one?").fate == SmsFate.CREATED


def test_what_was_told_long_ago_does_not_count(acme: Customer, carol_calls: Contact) -> None:
    ticket = make_ticket(acme, requester=carol_calls)
    told(ticket)
    newer = make_ticket(acme, requester=carol_calls)
    Notification.objects.update(created_at=timezone.now() - timedelta(days=31))
    assert come_in("Hello").ticket == newer


def test_search_finds_a_number(client_of: SignIn, agent: User) -> None:
    come_in("One", sender=STRANGER), come_in("Two")
    page = client_of(agent).get("/sms/", {"q": "+49 1511"}).content.decode()
    assert STRANGER in page
    assert PHONE not in page


@pytest.mark.parametrize(
    "fields",
    [{"sid": ""}, {"fate": "x"}, {"fate": "created"}, {"fate": "quarantined", "reason": " "}],
)
def test_the_database_keeps_them_whole(fields: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        InboundSms.objects.create(
            **{"sid": "SM1", "from_phone": PHONE, "next_attempt_at": timezone.now(), **fields}
        )


def test_a_redirect_takes_no_password_along() -> None:
    from core import outbound

    asked: list[tuple[str, str]] = []

    def get(url: str, _limit: int, _until: float, sign: str) -> tuple[int, str, bytes]:
        asked.append((url, sign))
        return (302, "https://media.example/x", b"") if len(asked) == 1 else (200, "", b"x")

    with patch.object(outbound, "_get", get):
        outbound.fetch("https://api.twilio.com/", limit_bytes=9, limit_seconds=1, authorization="B")
    assert asked == [("https://api.twilio.com/", "B"), ("https://media.example/x", "")]


def test_the_list_asks_no_more_with_rows(client_of: SignIn, agent: User, acme: Customer) -> None:
    client = client_of(agent)

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/sms/").status_code == 200
        return len(captured)

    come_in("One", sender=STRANGER)
    client.get("/sms/")
    few = statements()
    for number in range(12):
        row, _new = store_sms(sid=f"SMmany{number}", sender=PHONE, to="", body="x")
        InboundSms.objects.filter(pk=row.pk).update(fate="appended", ticket=make_ticket(acme))
    assert statements() == few
