"""`has`: a part of a text, whatever its case and accents."""

import pytest
from django.db import connection

from customers.models import Contact, Customer
from devices.models import Device
from tests.factories.people import make_customer
from tests.factories.work import make_device

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Clevedon Pier Café", "cafe"), ("Clevedon Pier Cafe", "CAFÉ"), ("Łódź Dental", "lodz"),
        ("Straße 9", "strasse"), ("Bjørn & Søn", "bjorn"), ("100% Print", "0%"), ("a_b", "A_B"),
        ("back\\slash", "k\\s"), ("Ελλάς", "ελλ"),
    ],
)  # fmt: skip
def test_case_and_accents_do_not_matter(name, typed):
    customer = make_customer(name)
    assert list(Customer.objects.filter(name__has=typed)) == [customer]


@pytest.mark.parametrize("typed", ["caff", "%", "_", "C_fe", "C%e", "\\"])
def test_what_is_not_there_is_not_found_and_signs_are_themselves(typed):
    make_customer("Pier Café")
    assert not Customer.objects.filter(name__has=typed).exists()


def test_one_box_finds_customers_people_and_devices(agent):
    customer = make_customer("Crêperie Brûlée")
    person = customer.contacts.create(name="Zoë Ångström")
    device = make_device(customer, location="Büro Zürich")
    assert list(Customer.objects.visible_to(agent).search("creperie brulee")) == [customer]
    assert list(Customer.objects.visible_to(agent).search("zoe")) == [customer]
    assert list(Contact.objects.visible_to(agent).search("angstrom")) == [person]
    assert list(Device.objects.visible_to(agent).search("zurich")) == [device]


def test_the_index_is_used(agent):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for rows, index in [
            (Customer.objects.filter(name__has="xyzzy"), "customer_has"),
            (Contact.objects.filter(email__has="xyzzy"), "contact_has"),
            (Device.objects.filter(location__has="xyzzy"), "device_has"),
        ]:
            assert index in rows.order_by().explain()
