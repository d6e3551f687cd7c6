"""The administration of customers and devices goes through the actions."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from accounts.models import User
from core.models import EventRecord
from customers.models import Contact, Customer
from devices.models import Device, Product
from tests.factories.people import make_contact
from tests.factories.work import make_product

pytestmark = pytest.mark.django_db
MODELS = ["customers_customer", "customers_contact", "devices_product", "devices_device"]


def names() -> list[str]:
    return list(EventRecord.objects.order_by("pk").values_list("name", flat=True))


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("page", ["changelist", "add"])
def test_every_page_opens(
    client_of: Callable, admin: User, device: Device, model: str, page: str
) -> None:
    make_contact(device.customer)
    client = client_of(admin)
    url = reverse(f"admin:{model}_{page}")
    assert client.get(url).status_code == 200
    assert client.get(url, {"q": "a"}).status_code == 200


def test_a_customer_is_made_and_changed_with_events(client_of: Callable, admin: User) -> None:
    client = client_of(admin)
    data = {"kind": "company", "name": "Acme", "email": " A@b.TEST", "country": "gb"}
    client.post(reverse("admin:customers_customer_add"), data)
    customer = Customer.objects.get()
    assert (customer.email, customer.country) == ("a@b.test", "GB")
    url = reverse("admin:customers_customer_change", args=[customer.pk])
    client.post(url, data | {"name": "Acme Two"})
    customer.refresh_from_db()
    assert (customer.name, customer.version) == ("Acme Two", 2)
    assert names() == ["customer.created", "customer.changed"]


def test_a_taken_e_mail_is_said_beside_the_field(
    client_of: Callable, admin: User, acme: Customer
) -> None:
    data = {"kind": "company", "name": "B", "email": "OFFICE@acme.test", "country": "GB"}
    page = client_of(admin).post(reverse("admin:customers_customer_add"), data)
    assert "Another customer already has this e-mail address." in page.content.decode()


def test_a_contact_is_made_with_an_event(client_of: Callable, admin: User, acme: Customer) -> None:
    client = client_of(admin)
    client.post(
        reverse("admin:customers_contact_add"),
        {"customer": acme.pk, "name": "Ann", "is_primary": "on"},
    )
    contact = Contact.objects.get()
    url = reverse("admin:customers_contact_change", args=[contact.pk])
    client.post(url, {"name": "Anna", "is_primary": "on"})
    contact.refresh_from_db()
    assert contact.name == "Anna"
    assert names() == ["customer.contact_created", "customer.contact_changed"]


def test_a_device_is_made_and_changed_with_events(
    client_of: Callable, admin: User, acme: Customer, globex: Customer
) -> None:
    client = client_of(admin)
    data = {
        "customer": acme.pk, "serial": "A 1", "product": make_product().pk, "status": "active",
    }  # fmt: skip
    client.post(reverse("admin:devices_device_add"), data)
    device = Device.objects.get()
    url = reverse("admin:devices_device_change", args=[device.pk])
    client.post(url, data | {"customer": globex.pk})
    device.refresh_from_db()
    assert device.customer == globex
    assert names() == ["device.registered", "device.changed"]
    page = client.post(reverse("admin:devices_device_add"), data | {"serial": "a1"})
    assert "already registered" in page.content.decode()


def test_a_product_is_made_with_an_event(client_of: Callable, admin: User) -> None:
    data = {"kind": "server", "brand": "Stratus", "model": "R250"}
    client_of(admin).post(reverse("admin:devices_product_add"), data)
    assert Product.objects.get().model == "R250"
    assert names() == ["record.created"]


@pytest.mark.parametrize("model", ["customers_customer", "devices_device"])
def test_nothing_is_deleted_here(
    client_of: Callable, admin: User, device: Device, model: str
) -> None:
    pk = device.customer_id if model == "customers_customer" else device.pk
    client = client_of(admin)
    assert client.post(reverse(f"admin:{model}_delete", args=[pk])).status_code == 403
    page = client.get(reverse(f"admin:{model}_changelist")).content.decode()
    assert "delete_selected" not in page
