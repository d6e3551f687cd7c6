"""A phone number somebody else has: a warning that names them, never an error."""

import pytest

from customers.models import Customer
from tests.factories.people import make_contact, make_customer

pytestmark = pytest.mark.django_db
NUMBER = "+441174960777"
NEW = {"name": "Newcomer", "kind": "company", "country": "GB", "phone": "(0117) 496 0777"}


def added(client, url: str, data: dict) -> str:
    answer = client.post(url, data, follow=True)
    assert answer.redirect_chain
    return answer.content.decode()


def test_a_new_customer(agent, client_of):
    make_customer("Twin Ltd", phone=NUMBER)
    make_contact(make_customer("Through Ann"), name="Ann", phone=NUMBER)
    make_customer("Stranger", phone="+441174960778")
    page = added(client_of(agent), "/customers/new/", NEW)
    assert "is also that of: Through Ann, Twin Ltd" in page
    assert "Stranger" not in page
    assert Customer.objects.filter(name="Newcomer").exists()


@pytest.mark.parametrize("phone", ["", "0117 496 0779"])
def test_without_a_twin_nothing_is_said(phone, agent, client_of):
    make_customer("Twin Ltd", phone=NUMBER)
    make_customer("Nothing known")
    assert "is also that of" not in added(
        client_of(agent), "/customers/new/", NEW | {"phone": phone}
    )


def test_a_new_contact_is_compared_with_other_customers_only(agent, acme, client_of):
    Customer.objects.filter(pk=acme.pk).update(phone=NUMBER)
    url = f"/customers/{acme.pk}/contacts/new/"
    client = client_of(agent)
    assert "is also that of" not in added(client, url, {"name": "Ben", "phone": NUMBER})
    make_customer("Twin Ltd", phone=NUMBER)
    page = added(client, url, {"name": "Cyd", "phone": NUMBER})
    assert "is also that of: Twin Ltd" in page
    assert "of: Acme" not in page
