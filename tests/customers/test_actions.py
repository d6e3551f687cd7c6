"""Actions of customers: the happy way, every refusal, the event, the database's own word."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from core.errors import RuleError
from core.models import EventRecord
from customers import actions
from customers.deletion import Loss
from customers.errors import ContactEmailTaken, CustomerEmailTaken, NameMissing, PlaceHalfGiven
from customers.models import Contact, Customer
from devices.models import Device
from tests.factories.people import make_contact, make_customer
from tests.factories.work import make_device, make_ticket
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db
HOSTILE = [
    "'; DROP TABLE customers_customer; --",
    "<script>alert(1)</script>",
    "مرحبا بالعالم",
    "👩‍👩‍👧 Ltd",
]


def events(name: str) -> list[EventRecord]:
    return list(EventRecord.objects.filter(name=name))


def test_a_customer_is_stored_with_an_event(agent: User) -> None:
    customer = actions.create_customer(
        actor=agent, name="  Bright \n Dental ", email=" Office@Bright.TEST ", phone="0117 496 0142"
    )
    customer.refresh_from_db()
    assert (customer.name, customer.email) == ("Bright Dental", "office@bright.test")
    assert customer.phone.as_e164 == "+441174960142"
    assert events("customer.created")[0].actor == agent


@pytest.mark.parametrize("typed", ["OFFICE@acme.test", "  office@ACME.test\t", "office@acme.test"])
def test_an_e_mail_is_unique_in_any_case_and_spacing(
    acme: Customer, agent: User, typed: str
) -> None:
    with pytest.raises(CustomerEmailTaken) as refusal:
        actions.create_customer(actor=agent, name="Other", email=typed)
    assert refusal.value.field == "email"
    assert not events("customer.created")


def test_a_contact_may_have_its_customers_e_mail(acme: Customer, agent: User) -> None:
    assert actions.add_contact(acme, actor=agent, name="Al", email=acme.email).email == acme.email


def test_two_customers_may_both_have_no_e_mail(agent: User) -> None:
    actions.create_customer(actor=agent, name="One", email="")
    actions.create_customer(actor=agent, name="Two", email=None)
    assert Customer.objects.filter(email=None).count() == 2


@pytest.mark.parametrize("name", ["", "  \t", "\x00"])
def test_a_customer_has_a_name(agent: User, name: str) -> None:
    with pytest.raises(NameMissing):
        actions.create_customer(actor=agent, name=name)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "not a phone"),
        ("phone", "12"),
        ("email", "no-at-sign"),
        ("kind", "planet"),
        ("latitude", 91.0),
        ("name", "x" * 201),
        ("country", "GBR"),
    ],
)
def test_a_bad_value_names_its_field(agent: User, field: str, value: object) -> None:
    with pytest.raises(RuleError) as refusal:
        actions.create_customer(actor=agent, **{"name": "Acme", field: value})
    assert refusal.value.field == field


def test_half_a_place_is_refused(agent: User) -> None:
    with pytest.raises(PlaceHalfGiven):
        actions.create_customer(actor=agent, name="Acme", latitude=51.4)


@pytest.mark.parametrize("text", HOSTILE)
def test_strange_text_is_kept_as_it_is(agent: User, text: str) -> None:
    customer = actions.create_customer(actor=agent, name=text, notes=text, street=text)
    customer.refresh_from_db()
    assert (customer.name, customer.notes, customer.street) == (text, text, text)


def test_nul_is_removed(agent: User) -> None:
    assert actions.create_customer(actor=agent, name="A\x00cme").name == "Acme"


def test_an_edit_stores_what_differs_and_counts_the_version(acme: Customer, agent: User) -> None:
    actions.edit_customer(acme, {"name": "Acme Clinics", "city": "Bristol"}, actor=agent)
    acme.refresh_from_db()
    assert (acme.name, acme.version) == ("Acme Clinics", 2)
    assert events("customer.changed")[0].payload == {"fields": "name"}


def test_an_edit_without_a_change_records_nothing(acme: Customer, agent: User) -> None:
    actions.edit_customer(acme, {"name": acme.name, "phone": ""}, actor=agent)
    acme.refresh_from_db()
    assert acme.version == 1
    assert not events("customer.changed")


def test_an_edit_cannot_take_an_e_mail(acme: Customer, globex: Customer, agent: User) -> None:
    with pytest.raises(CustomerEmailTaken):
        actions.edit_customer(globex, {"email": "Office@Acme.test"}, actor=agent)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_gets_the_e_mail() -> None:
    def create(name: str) -> bool:
        try:
            actions.create_customer(actor=None, name=name, email="same@x.test")
        except CustomerEmailTaken:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(create, "ABCD")) == 1
    assert Customer.objects.filter(email="same@x.test").count() == 1


def test_the_first_contact_is_the_main_one(acme: Customer, agent: User) -> None:
    first = actions.add_contact(acme, actor=agent, name="Ann")
    second = actions.add_contact(acme, actor=agent, name="Ben")
    assert (first.is_primary, second.is_primary) == (True, False)


def test_only_one_contact_is_the_main_one(acme: Customer, agent: User) -> None:
    first = actions.add_contact(acme, actor=agent, name="Ann")
    second = actions.add_contact(acme, actor=agent, name="Ben")
    actions.edit_contact(second, {"is_primary": True}, actor=agent)
    third = actions.add_contact(acme, actor=agent, name="Cyd", is_primary=True)
    assert list(acme.contacts.filter(is_primary=True)) == [third]
    first.refresh_from_db()
    assert first.version == 2


def test_the_next_contact_inherits(acme: Customer, agent: User) -> None:
    first = actions.add_contact(acme, actor=agent, name="Ann")
    second = actions.add_contact(acme, actor=agent, name="Ben")
    actions.remove_contact(first, actor=agent)
    second.refresh_from_db()
    assert second.is_primary
    assert events("customer.contact_removed")[0].subject_id == acme.pk


def test_a_contacts_e_mail_is_unique_over_all_customers(
    acme: Customer, globex: Customer, agent: User
) -> None:
    actions.add_contact(acme, actor=agent, name="Ann", email="ann@x.test")
    with pytest.raises(ContactEmailTaken):
        actions.add_contact(globex, actor=agent, name="Ann", email=" ANN@x.test")


def test_deleting_takes_everything_along_and_says_how_much(agent: User) -> None:
    from servicelogs.models import ServiceLog

    kept, gone = make_customer(), make_customer()
    make_ticket(kept, device=make_device(kept))
    ticket = make_ticket(gone, device=make_device(gone), status="resolved", actor=agent)
    log = ServiceLog.objects.create(
        ticket=ticket, author_name="A", done="x", minutes=5, created_at=ticket.opened_at
    )
    log.parts.create(name="Roller")
    pk = gone.pk
    loss = actions.delete_customer(gone, actor=agent)
    assert loss.counts["servicelogs.servicelog"] == 1
    said = {"devices": 1, "tickets": 1, "contacts": 1, "ticket_ids": [ticket.pk]}
    assert events("customer.deleted")[0].payload == said
    assert events("customer.deleted")[0].subject_id == pk
    assert list(Customer.objects.all()) == [kept]
    assert (Ticket.objects.count(), Device.objects.count(), ServiceLog.objects.count()) == (1, 1, 0)
    assert not Message.objects.filter(ticket__customer_id=pk).exists()


def test_after_a_deletion_logs_are_append_only_again(agent: User) -> None:
    from servicelogs.models import ServiceLog

    ticket = make_ticket()
    log = ServiceLog.objects.create(
        ticket=ticket, author_name="A", done="x", minutes=5, created_at=ticket.opened_at
    )
    actions.delete_customer(make_customer(), actor=agent)
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        log.delete()


def test_deleting_removes_the_files(
    agent: User, django_capture_on_commit_callbacks: Callable
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from attachments.models import StoredFile

    customer = make_customer()
    make_ticket(customer, files=[SimpleUploadedFile("note.txt", b"hello", "text/plain")])
    stored = StoredFile.objects.get()
    storage, name = stored.file.storage, stored.file.name
    with django_capture_on_commit_callbacks(execute=True):
        actions.delete_customer(customer, actor=agent)
    assert not StoredFile.objects.exists()
    assert not storage.exists(name)


def test_deleting_ends_the_sign_ins_of_its_people_and_of_nobody_else(
    acme: Customer, carol: User, dave: User, alice: User, agent: User, client_of: Callable
) -> None:
    make_contact(acme, user=alice)  # a technician who is also a contact there
    hers, his, staff = client_of(carol), client_of(dave), client_of(alice)
    assert [person.pk for person in Loss(acme).sign_ins()] == [carol.pk]
    actions.delete_customer(acme, actor=agent)
    people = User.objects.filter(pk__in=[carol.pk, dave.pk, alice.pk])
    assert {p.pk for p in people if p.is_active} == {dave.pk, alice.pk}
    assert [e.subject_id for e in events("account.disabled")] == [carol.pk]
    assert hers.get("/account/").status_code == 302
    assert his.get("/account/").status_code == staff.get("/account/").status_code == 200


def test_the_confirmation_counts_the_sign_ins(
    acme: Customer, carol: User, manager: User, client_of: Callable
) -> None:
    assert ("sign-ins to the portal (they are disabled)", 1) in Loss(acme).named()
    page = client_of(manager).get(f"/customers/{acme.pk}/delete/").content
    assert b"Sign-ins to the portal" in page


@pytest.mark.parametrize(
    "values",
    [{"email": "Upper@x.test"}, {"email": ""}, {"name": ""}, {"kind": "x"}, {"latitude": 3}],
)
def test_the_database_refuses_on_its_own(acme: Customer, values: dict) -> None:
    acme_values = {"longitude": None, **values} if "latitude" in values else values
    with pytest.raises(IntegrityError), transaction.atomic():
        Customer.objects.filter(pk=acme.pk).update(**acme_values)


def test_the_database_refuses_two_main_contacts(acme: Customer) -> None:
    make_contact(acme, is_primary=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_contact(acme, is_primary=True)
    assert Contact.objects.count() == 1


def test_removing_a_person_ends_their_sign_in(
    acme: Customer, carol: User, agent: User, client_of: Callable
) -> None:
    browser = client_of(carol)
    actions.remove_contact(carol.contact, actor=agent)
    assert not User.objects.get(pk=carol.pk).is_active
    assert browser.get("/portal/").status_code == 302


def test_a_colleague_who_is_also_a_contact_keeps_the_sign_in(acme: Customer, agent: User) -> None:
    contact = actions.add_contact(acme, actor=agent, name="Erin", email="erin@acme.test")
    Contact.objects.filter(pk=contact.pk).update(user=agent)
    contact.refresh_from_db()
    actions.remove_contact(contact, actor=agent)
    assert User.objects.get(pk=agent.pk).is_active
