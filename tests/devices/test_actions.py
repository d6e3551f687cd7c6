"""Actions of devices: the happy way, every refusal, the event, the database's own word."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from core.errors import RuleError
from core.models import EventRecord
from customers.models import Customer
from devices import actions
from devices.errors import SerialMissing, SerialTaken, WarrantyBeforePurchase
from devices.models import Device, Product
from tests.factories.people import make_customer
from tests.factories.work import make_device, make_product, make_ticket

pytestmark = pytest.mark.django_db


def register(customer: Customer, serial: str, **fields: object) -> Device:
    values = {"product": make_product(), "actor": None, **fields}
    return actions.register_device(customer=customer, serial=serial, **values)


def test_a_device_is_stored_with_an_event(acme: Customer, carol: User) -> None:
    device = register(acme, " ab 12\t-3 ", actor=carol, by_customer=True, location="Desk")
    device.refresh_from_db()
    assert (device.serial, device.serial_key) == ("ab 12 -3", "AB12-3")
    row = EventRecord.objects.get(name="device.registered")
    assert (row.actor, row.payload["by_customer"]) == (carol, True)


@pytest.mark.parametrize(
    "typed",
    [
        "klp420-7f3a-20871",
        " KLP420 -7F3A- 20871 ",
        "KLP420-7F3A-20871\u200b",
        "klp420\u00a0-7f3a-20871",
    ],
)
@pytest.mark.parametrize("by_customer", [True, False])
def test_a_serial_is_unique_whoever_has_it(
    device: Device, globex: Customer, typed: str, by_customer: bool
) -> None:
    with pytest.raises(SerialTaken) as refusal:
        register(globex, typed, by_customer=by_customer)
    assert refusal.value.field == "serial"
    assert "Acme" not in str(refusal.value.message)


def test_a_customer_is_told_what_to_do_about_a_taken_serial(
    device: Device, globex: Customer
) -> None:
    with pytest.raises(SerialTaken, match="report a problem"):
        register(globex, device.serial, by_customer=True)


@pytest.mark.parametrize("typed", ["", "   ", "\u200b", "\x00"])
def test_a_serial_is_needed(acme: Customer, typed: str) -> None:
    with pytest.raises(SerialMissing):
        register(acme, typed)


@pytest.mark.parametrize(
    ("field", "value"), [("serial", "x" * 101), ("status", "flying"), ("purchased_on", "soon")]
)
def test_a_bad_value_is_refused(acme: Customer, field: str, value: str) -> None:
    with pytest.raises(RuleError) as refusal:
        register(acme, **{"serial": "A1", field: value})
    assert refusal.value.field == field


def test_a_warranty_does_not_end_before_it_begins(acme: Customer) -> None:
    with pytest.raises(WarrantyBeforePurchase):
        register(acme, "A1", purchased_on=date(2026, 2, 1), warranty_until_on=date(2026, 1, 1))


@pytest.mark.parametrize(
    "text", ["'; DROP TABLE x; --", "<img src=x onerror=alert(1)>", "عربي", "🖨️"]
)
def test_strange_text_is_kept_as_it_is(acme: Customer, text: str) -> None:
    device = register(acme, f"S{text}", location=text, notes=text)
    device.refresh_from_db()
    assert (device.serial, device.location, device.notes) == (f"S{text}", text, text)


def test_an_edit_stores_what_differs(device: Device, agent: User) -> None:
    actions.edit_device(device, {"location": "Room 2", "status": "active"}, actor=agent)
    device.refresh_from_db()
    assert (device.location, device.version) == ("Room 2", 2)
    row = EventRecord.objects.get(name="device.changed")
    assert row.payload == {"fields": "where it stands"}


def test_an_edit_keeps_its_own_serial_in_other_letters(device: Device, agent: User) -> None:
    actions.edit_device(device, {"serial": device.serial.lower()}, actor=agent)
    device.refresh_from_db()
    assert device.serial == "klp420-7f3a-20871"


def test_an_edit_cannot_take_a_serial(device: Device, other_device: Device, agent: User) -> None:
    with pytest.raises(SerialTaken):
        actions.edit_device(device, {"serial": "glx-1"}, actor=agent)


def test_a_device_that_moves_leaves_its_tickets(
    device: Device, acme: Customer, globex: Customer, agent: User
) -> None:
    ticket = make_ticket(acme, device=device)
    actions.edit_device(device, {"customer": globex}, actor=agent)
    ticket.refresh_from_db()
    assert (ticket.customer, ticket.device.customer) == (acme, globex)


def test_deleting_keeps_the_tickets(device: Device, acme: Customer, manager: User) -> None:
    ticket = make_ticket(acme, device=device)
    actions.delete_device(device, actor=manager)
    ticket.refresh_from_db()
    assert ticket.device is None
    assert EventRecord.objects.get(name="device.deleted").payload == {"customer_id": acme.pk}


def test_a_product_is_found_in_any_case_or_added(agent: User) -> None:
    known = make_product("Kestrel", "LaserPro 420")
    assert actions.product_named(" KESTREL ", "laserpro 420", actor=agent) == known
    new = actions.product_named("Stratus", "R250", actor=agent)
    assert (new.kind, Product.objects.count()) == ("other", 2)


def test_a_product_needs_both_parts(agent: User) -> None:
    with pytest.raises(RuleError) as refusal:
        actions.product_named("Kestrel", " ", actor=agent)
    assert refusal.value.field == "model"


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_gets_the_serial() -> None:
    customer, product = make_customer(), make_product()

    def create(serial: str) -> bool:
        try:
            actions.register_device(customer=customer, product=product, serial=serial, actor=None)
        except SerialTaken:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(create, ["a 1", "A1", "a1 ", "A 1"])) == 1


@pytest.mark.parametrize("values", [{"serial": "  "}, {"serial": "g l X - 1"}, {"status": "x"}])
def test_the_database_refuses_on_its_own(
    device: Device, other_device: Device, values: dict
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Device.objects.filter(pk=device.pk).update(**values)


def test_a_serial_of_a_device_is_found_as_typed(device: Device) -> None:
    make_device()
    assert Device.objects.by_serial(" klp420-7f3a- 20871").get() == device
