"""A17: only exactly one's own, confirmed address makes one a customer's person."""

import pytest

from customers.models import Contact, Customer
from tests.accounts.mailbox import register, sign_in
from tests.factories.people import make_contact, make_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme_dot_com(db):
    customer = make_customer("Acme", email="office@acme.com")
    make_contact(customer, email="carol@acme.com")
    return customer


@pytest.mark.parametrize(
    "email",
    [
        "mallory@acme.com",
        "carol@notacme.com",
        "carol@acme.com.evil.test",
        "carol+x@acme.com",
        "xcarol@acme.com",
        "office@sub.acme.com",
        "carol@acme.co",
        "c.arol@acme.com",
        "carol%acme.com@evil.test",
    ],
)
def test_a_like_address_stays_outside(email, acme_dot_com, mails):
    client, _ = register(email, company="Acme")
    client.post(mails[0].link)
    sign_in(email, client=client)
    contact = Contact.objects.get(user__email=email)
    assert contact.customer != acme_dot_com
    assert list(Customer.objects.visible_to(contact.user)) == [contact.customer]
    assert not acme_dot_com.contacts.exclude(user=None).exists()


def test_before_the_confirmation_nothing_is_linked(acme_dot_com, mails):
    register("carol@acme.com")
    assert not acme_dot_com.contacts.exclude(user=None).exists()


def test_customer_12_is_never_1(mails):
    one, twelve = make_customer("Org", pk=1), make_customer("Org 2", pk=12)
    client, _ = register(twelve.email)
    client.post(mails[0].link)
    user = Contact.objects.get(customer=twelve).user
    assert list(Customer.objects.visible_to(user)) == [twelve]
    assert not one.contacts.exists()


@pytest.mark.parametrize("email", ["CAROL@ACME.COM", " carol@Acme.com "])
def test_case_and_space_are_the_same_address(email, acme_dot_com, mails):
    client, _ = register(email)
    client.post(mails[0].link)
    assert acme_dot_com.contacts.get().user.is_customer
