"""The customer call: find or make the customer, then the problem."""

import pytest

from customers.models import Contact, Customer
from tests.factories.people import make_contact
from tests.factories.work import make_device
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
PROBLEM = {"subject": "No dial tone", "description": "Since this morning.", "priority": "2"}


@pytest.mark.parametrize(
    "words",
    ["0117 496 0142", "+44 117 496 0142", "(0117) 496-0142", "amara@brightwell.test", "Amara",
     "klp 420-9", "KLP420-9", "Acme"],
)  # fmt: skip
def test_the_caller_is_found_by_phone_mail_serial_or_name(words, agent, acme, client_of):
    make_contact(acme, name="Amara Okafor", email="amara@brightwell.test", phone="+441174960142")
    make_device(acme, serial="klp420-9")
    page = client_of(agent).get("/tickets/new/", {"q": words})
    assert b"Acme Dental" in page.content


def test_a_known_customers_call_becomes_a_ticket(agent, acme, client_of):
    contact, device = make_contact(acme), make_device(acme)
    data = PROBLEM | {"customer": acme.pk, "requester": contact.pk, "device": device.pk}
    answer = client_of(agent).post("/tickets/new/", data)
    ticket = Ticket.objects.get()
    assert answer.status_code == 302
    assert (ticket.channel, ticket.requester, ticket.device, ticket.priority) == (
        "phone", contact, device, 2,
    )  # fmt: skip


def test_an_unknown_caller_is_made_with_the_ticket(agent, client_of):
    data = PROBLEM | {"name": "Nora New", "company": "New Bakery", "phone": "0117 496 0999"}
    client_of(agent).post("/tickets/new/", data)
    ticket = Ticket.objects.get()
    assert (ticket.customer.name, ticket.requester.name) == ("New Bakery", "Nora New")
    assert str(ticket.requester.phone.as_e164) == "+441174960999"


def test_nothing_is_made_when_the_problem_is_missing(agent, client_of):
    answer = client_of(agent).post(
        "/tickets/new/", {"name": "Nora New", "phone": "0117 496 0999", "priority": "3"}
    )
    assert answer.status_code == 422
    assert b"Nora New" in answer.content
    assert not Customer.objects.exists()


def test_no_customer_is_left_behind_when_the_mail_is_taken(agent, acme, client_of):
    make_contact(acme, email="taken@acme.test")
    data = PROBLEM | {"name": "Nora", "company": "New Bakery", "email": " TAKEN@acme.test "}
    answer = client_of(agent).post("/tickets/new/", data)
    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert Customer.objects.count() == 1


@pytest.mark.parametrize("phone", ["12", "banana", "+44 1", "0117 496 0142 0142 0142 0142"])
def test_a_phone_that_is_no_phone_is_refused_beside_the_field(phone, agent, client_of):
    answer = client_of(agent).post("/tickets/new/", PROBLEM | {"name": "Nora", "phone": phone})
    assert answer.status_code == 422
    assert "phone" in answer.context["form"].errors
    assert not Contact.objects.exists()


def test_a_new_caller_needs_one_way_to_be_reached(agent, client_of):
    answer = client_of(agent).post("/tickets/new/", PROBLEM | {"name": "Nora"})
    assert "phone" in answer.context["form"].errors


def test_a_device_of_another_customer_is_refused(agent, acme, other_device, client_of):
    data = PROBLEM | {"customer": acme.pk, "device": other_device.pk}
    assert client_of(agent).post("/tickets/new/", data).status_code == 422
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("query", ["?customer=999999", "?customer=1%27--", "?customer=" + "9" * 40])
def test_a_made_up_customer_is_not_an_error_page_of_ours(query, agent, client_of):
    assert client_of(agent).get(f"/tickets/new/{query}").status_code in (400, 404)


def test_technicians_and_sales_do_not_take_calls(alice, sam, client_of):
    assert client_of(alice).get("/tickets/new/").status_code == 403
    assert client_of(sam).get("/tickets/new/callers/?q=ac").status_code == 403
