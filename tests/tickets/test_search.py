"""Searching tickets: what is found, by what, and by whom."""

from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from customers.models import Contact, Customer
from tests.factories.people import make_contact, make_customer, make_team
from tests.factories.work import make_category, make_device, make_product, make_ticket
from tickets.actions import add_note, add_reply, change_status
from tickets.models import SearchText, Ticket
from tickets.search_query import narrow
from tickets.search_words import parse


def found(words: str, reader: Any) -> set[str]:
    rows = Ticket.objects.visible_to(reader).search(words, reader=reader)
    return set(rows.values_list("subject", flat=True))


@pytest.fixture
def jam(acme, carol, device, agent):
    return make_ticket(
        acme,
        requester=acme.contacts.get(),
        device=device,
        subject="Paper jam in the upper tray of LP-420",
        description="Pages are printing twice. Error E-05, café side.",
    )


@pytest.fixture
def toner(globex, dave):
    return make_ticket(globex, subject="Toner is empty", description="All comes out grey.")


@pytest.mark.parametrize(
    "words",
    [
        "jam", "JAM", "paper tray", "print", "printing", "prin", '"paper jam"', "jam -toner",
        "cafe", "CAFÉ", "e-05", "lp420", "acme", "carol", "carol@acme.test", "acme.test",
        "klp420", "KLP420-7F3A", "klp4207f3a", "KLP420 7F3A 20871", "status:open jam",
        '"upper tray" jam', "how do I print", "customer:acme", 'customer:"acme dental"',
        "device:klp420", "status:open customer:acme", "-status:closed customer:acme",
        "is:open jam", "assignee:nobody jam", "after:2020-01-01 jam",
        "-is:overdue jam", "priority:normal jam", "status:new jam", 'jam "',
    ],
)  # fmt: skip
def test_found_by(words, jam, toner, agent):
    assert found(words, agent) == {jam.subject}


@pytest.mark.parametrize(
    "words",
    [
        "toner -grey", "jam toner", '"jam paper"', "status:closed jam", "is:overdue jam",
        "assignee:me jam", "has:file jam", "before:2020-01-01 jam", "priority:urgent jam",
        "xyzzy", "the", "how do I", "SD-999999",
    ],
)  # fmt: skip
def test_not_found_by(words, jam, toner, agent):
    assert found(words, agent) == set()


def test_a_number_finds_its_ticket(jam, toner, agent):
    assert found(f"SD-{jam.pk:06d}", agent) == {jam.subject}
    assert found(str(jam.pk), agent) >= {jam.subject}
    assert found(f"sd{jam.pk}", agent) == {jam.subject}


@pytest.mark.parametrize("typed", ["0117 496 0777", "+44 (0)117 496 0777", "0044117/4960777"])
def test_a_phone_number_in_any_spelling_finds_the_callers_tickets(typed, acme, toner, agent):
    caller = make_contact(acme, phone="+441174960777")
    make_ticket(acme, requester=caller, subject="Called us")
    assert found(typed, agent) == {"Called us"}


def test_replies_and_resolutions_are_found(jam, agent):
    add_reply(jam, "Please reseat the fuser.", actor=agent)
    assert found("fuser", agent) == {jam.subject}
    change_status(jam, "resolved", actor=agent, resolution="Swapped the pickup roller.")
    assert found("roller", agent) == {jam.subject}


def test_a_note_is_found_by_staff_and_never_by_customers(jam, agent, carol):
    add_note(jam, "Customer is grumpy.", actor=agent)
    assert found("grumpy", agent) == {jam.subject}
    assert found("grumpy", carol) == set()
    assert found("jam -grumpy", carol) == {jam.subject}


def test_without_a_reader_only_public_words_are_searched(jam, agent):
    add_note(jam, "Customer is grumpy.", actor=agent)
    assert not Ticket.objects.search("grumpy").exists()


def test_customers_and_technicians_find_only_what_they_see(jam, toner, carol, dave, alice):
    assert found("toner", carol) == set()
    assert found("toner", dave) == {toner.subject}
    assert found("toner", alice) == set()
    assert found(str(toner.pk), carol) == set()
    assert found(f"SD-{toner.pk}", alice) == set()


@pytest.mark.parametrize("words", ["assignee:nobody", "team:print", "is:overdue", "priority:high"])
def test_customers_cannot_ask_how_we_are_organised(words, jam, carol):
    jam.team = make_team("Print")
    jam.save()
    assert found(words, carol) == set()


def test_changed_texts_and_names_are_found_at_once(jam, acme, device, agent):
    Ticket.objects.filter(pk=jam.pk).update(subject="Smoke")
    assert (found("jam", agent), found("smoke", agent)) == (set(), {"Smoke"})
    acme.name = "Initech"
    acme.save()
    assert (found("dental", agent), found("initech", agent)) == (set(), {"Smoke"})
    contact = acme.contacts.get()
    contact.name = "Zelda"
    contact.save()
    assert found("zelda", agent) == {"Smoke"}
    device.serial = "NEW-77"
    device.save()
    assert found("new77", agent) == {"Smoke"}
    device.product.model = "Zephyrprinter"
    device.product.save()
    assert found("zephyrprinter", agent) == {"Smoke"}


def test_a_removed_message_is_not_found_any_more(jam, agent):
    message = add_reply(jam, "Fuser first.", actor=agent)
    note = add_note(jam, "Fuser tomorrow.", actor=agent)
    message.delete()
    assert found("tomorrow", agent) == {jam.subject}
    note.delete()
    assert found("fuser", agent) == set()


def test_a_note_made_of_a_reply_leaves_the_customers_words(jam, agent, carol):
    message = add_reply(jam, "Fuser first.", actor=agent)
    assert found("fuser", carol) == {jam.subject}
    message.kind = "note"
    message.save()
    assert found("fuser", carol) == set()


def test_an_erased_requester_is_not_found_any_more(jam, acme, agent):
    acme.contacts.get().delete()
    assert found("carol@acme.test", agent) == set()


def test_a_deleted_ticket_takes_its_words_along(jam, agent):
    add_reply(jam, "Hello.", actor=agent)
    jam.delete()
    assert not SearchText.objects.exists()


def test_a_very_long_conversation_is_never_refused(jam, agent):
    rare = [" ".join(f"w{n}x{i:06x}" for i in range(n * 8000, n * 8000 + 8000)) for n in range(20)]
    for body in rare:
        add_reply(jam, body[:99_000], actor=agent)
    add_reply(jam, "zanzibar", actor=agent)
    assert found("zanzibar", agent) == {jam.subject}


@pytest.mark.parametrize(
    "typed",
    [
        "x" * 10_000, "a " * 5_000, '"', '"""', "''", "' OR 1=1 --", "\x00jam\x00", "jam\x00", ":*",
        "a & b | !c <-> d", "\\", "%_%", "status:", "status:nonsense", "before:2020-13-45", "(((",
        "-", "--", '-"', "-\"jam\"", "before:99999d", "😀", "日本語", "ª²", "\ud800", "é" * 3000,
        "SD-99999999999999999999", "9" * 30, "after:0001-01-01", "before:9999-12-31", ":", "é́́",
    ],
)  # fmt: skip
def test_bad_input_never_breaks(typed, jam, toner, agent, carol):
    assert found(typed, agent) <= {jam.subject, toner.subject}
    assert found(typed, carol) <= {jam.subject}


def test_stop_words_are_those_of_postgresql(db):
    from tickets.search_words import STOP_WORDS

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w FROM unnest(%s) w WHERE ts_lexize('english_stem', w) <> '{}'",
            [sorted(STOP_WORDS)],
        )
        assert cursor.fetchall() == []


def test_the_queue_reads_notes_and_the_portal_does_not(jam, agent, carol, client_of):
    add_note(jam, "Customer is grumpy.", actor=agent)
    assert jam.subject in client_of(agent).get("/tickets/view/all/?q=grumpy").content.decode()
    page = client_of(carol).get("/portal/tickets/?q=grumpy").content.decode()
    assert jam.subject not in page
    assert jam.subject in client_of(carol).get("/portal/tickets/?q=jam").content.decode()


def test_products_and_categories(acme, agent):
    product = make_product("Kestrel", "WF-C5790")
    ticket = make_ticket(
        acme, device=make_device(acme, product=product), category=make_category("Printing"),
        subject="Broken",
    )  # fmt: skip
    make_ticket(make_customer("Else"), subject="Else")
    for words in ("wf-c5790", "wfc5790", "kestrel broken", 'device:"kestrel wf"', "category:print"):
        assert found(words, agent) == {ticket.subject}, words


def test_the_operator_customer_does_not_read_all_tickets(agent):
    many = Customer.objects.bulk_create(Customer(name=f"Company {n}") for n in range(3_000))
    Contact.objects.bulk_create(Contact(customer=one, name=f"Person {one.pk}") for one in many)
    Ticket.objects.bulk_create(
        Ticket(customer=one, subject="x", description="x", opened_at=timezone.now()) for one in many
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_customer, customers_contact, tickets_ticket")
    rows = narrow(Ticket.objects.all(), parse("customer:acme"), agent)
    plan = rows.order_by().values("pk").explain()
    assert "Seq Scan on tickets_ticket" not in plan, plan
