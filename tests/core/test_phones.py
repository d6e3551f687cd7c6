"""One number, many spellings (customers, contacts, callers, colleagues, technicians)."""

import pytest

from accounts.models import User
from core.phones import phone_endings
from customers.models import Customer
from technicians.models import Technician
from tests.factories.people import make_contact, make_customer, make_user
from tickets.calls import find_callers

pytestmark = pytest.mark.django_db
NUMBER = "+441174960142"
SPELLINGS = [
    NUMBER, "+44 (0)117 496 0142", "+44(0)1174960142", "+44 0117 496 0142", "0044 117 4960142",
    "0044(0)117/496 0142", "0117 496 0142", "(0117) 496-0142", "0117/496.0142", "117 496 0142",
    " 01174960142 ", "4960142", "496 0142", "+49 117 496 0142",
]  # fmt: skip


@pytest.mark.parametrize("typed", SPELLINGS)
def test_a_customer_is_found(typed):
    found = make_customer(phone=NUMBER)
    make_customer(phone="+441174960999")
    assert list(Customer.objects.all().search(typed)) == [found]


@pytest.mark.parametrize("typed", SPELLINGS)
def test_a_contact_is_found_and_recognised_when_calling(typed, acme):
    contact = make_contact(acme, phone=NUMBER)
    make_contact(acme, phone="+441174960999")
    assert list(Customer.objects.all().search(typed)) == [acme]
    assert [caller.contact_id for caller in find_callers(typed)] == [contact.pk]


@pytest.mark.parametrize("typed", ["+44 (0)7700 900101", "0044 7700/900101", "07700 900 101"])
def test_a_technician_and_a_colleague_are_found(typed, alice, bob):
    make_user(phone="+447700900999")
    assert list(Technician.objects.all().search(typed)) == [alice.technician]
    assert list(User.objects.all().search(typed)) == [alice]


@pytest.mark.parametrize(
    "text", ["", "+", "12", "(0)", "printer 4960142", "a@b.test", "²²²²", "++"]
)
def test_other_text_is_no_number(text):
    assert phone_endings(text) == []


def test_a_postcode_of_digits_still_finds_by_postcode():
    found = make_customer(postcode="10115")
    assert list(Customer.objects.all().search("10115")) == [found]


def test_who_may_not_see_a_customer_does_not_find_it_by_phone(dave, globex):
    make_customer(phone="+441174960777")
    assert not Customer.objects.visible_to(dave).search("0117 496 0777")
