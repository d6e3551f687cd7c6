"""Who is calling: people, customers and devices that match what the agent typed."""

from dataclasses import dataclass

from django.db.models import Q

from core.phones import phone_matches
from core.text import serial_key
from customers.models import Contact, Customer
from devices.models import Device

LIMIT = 6


@dataclass(frozen=True)
class Caller:
    """One match: what to show and what picking it means. Ids are None when not known."""

    title: str
    detail: str
    icon: str
    customer_id: int
    contact_id: int | None = None
    device_id: int | None = None


def find_callers(words: str) -> list[Caller]:
    """Up to 18 matches by phone, e-mail, serial number or name; [] for under 2 characters."""
    text = words.strip()
    if len(text) < 2:
        return []
    return [*_contacts(text), *_devices(text), *_customers(text)]


def _match(text: str) -> Q:
    match = Q(name__has=text) | Q(email__has=text)
    by_phone = phone_matches(text)
    return match | by_phone if by_phone else match


def _contacts(text: str) -> list[Caller]:
    rows = Contact.objects.filter(_match(text)).select_related("customer")[:LIMIT]
    return [
        Caller(row.name, row.customer.name, "user", row.customer_id, contact_id=row.pk)
        for row in rows
    ]


def _customers(text: str) -> list[Caller]:
    rows = Customer.objects.filter(_match(text)).order_by("name")[:LIMIT]
    return [Caller(row.name, row.city, "building", row.pk) for row in rows]


def _devices(text: str) -> list[Caller]:
    key = serial_key(text)
    if len(key) < 3:
        return []
    rows = Device.objects.filter(serial_key__contains=key).select_related("product", "customer")
    return [
        Caller(
            f"{row.product} {row.serial}", row.customer.name, "devices", row.customer_id,
            device_id=row.pk,
        )
        for row in rows[:LIMIT]
    ]  # fmt: skip
