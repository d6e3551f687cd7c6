"""Everything that can be done to a device. One action, one transaction, one event."""

import re
from collections.abc import Mapping
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext

from core.checks import check_fields, field_of, parsed, refusing
from core.errors import RuleError
from core.events import record
from core.record_events import RecordCreated
from core.text import clean_text, one_line, serial_key
from customers.models import Customer
from devices.errors import (
    ExternalIdTaken,
    SerialMissing,
    SerialTaken,
    SerialTakenForCustomer,
    WarrantyBeforePurchase,
)
from devices.events import DeviceChanged, DeviceDeleted, DeviceRegistered
from devices.models import Device, Product, ProductKind

_INVISIBLE = re.compile(r"[\u200b\u200c\u200d\u2060\ufeff]")


@transaction.atomic
def register_device(
    *,
    customer: Customer,
    product: Product,
    serial: str,
    actor: Any,
    by_customer: bool = False,
    **fields: Any,
) -> Device:
    """Register a device of the customer. fields: the other ones of Device, as typed.

    Raises SerialTaken (in any case and spacing, whoever has it), SerialMissing,
    WarrantyBeforePurchase, ExternalIdTaken and InvalidValue.
    """
    device = Device(customer=customer, product=product)
    _fill(device, {"serial": serial, **fields})
    with refusing(_refusals(by_customer)):
        device.save()
    record(DeviceRegistered(customer.pk, by_customer), subject=device, actor=actor)
    return device


@transaction.atomic
def edit_device(device: Device, changes: Mapping[str, Any], *, actor: Any) -> Device:
    """Store what differs. A device that moves to another customer leaves its old tickets behind.

    Raises as register_device.
    """
    device = Device.objects.select_for_update().get(pk=device.pk)
    changed = _fill(device, changes)
    if changed:
        device.version += 1
        with refusing(_refusals(by_customer=False)):
            device.save(update_fields=[*changed, "version", "updated_at"])
        words = gettext(", ").join(str(field_of(device, name).verbose_name) for name in changed)
        record(DeviceChanged(words), subject=device, actor=actor)
    return device


@transaction.atomic
def delete_device(device: Device, *, actor: Any) -> None:
    """Delete a device; its tickets and their logs stay, without a device."""
    device = Device.objects.select_for_update().get(pk=device.pk)
    record(DeviceDeleted(device.customer_id), subject=device, actor=actor)
    device.delete()


@transaction.atomic
def product_named(brand: str, model: str, *, actor: Any) -> Product:
    """The product of this brand and model in any case; added as "other" when it is new.

    Raises InvalidValue when a part is missing or too long.
    """
    product = Product(brand=one_line(brand), model=one_line(model), kind=ProductKind.OTHER)
    check_fields(product)
    known = Product.objects.filter(
        brand__iexact=product.brand, model__iexact=product.model
    ).order_by("pk")
    found = known.first()
    if found is None:
        # Two people may type the same model at once: the index decides, the loser finds it.
        saved = Product.objects.bulk_create([product], ignore_conflicts=True)
        found = known.get()
        if saved:
            record(RecordCreated(str(found)), subject=found, actor=actor)
    return found


def _refusals(by_customer: bool) -> dict[str, RuleError]:
    return {
        "serial_key": SerialTakenForCustomer() if by_customer else SerialTaken(),
        "serial_given": SerialMissing(),
        "warranty_after_purchase": WarrantyBeforePurchase(),
        "external_id": ExternalIdTaken(),
    }


def _fill(device: Device, values: Mapping[str, Any]) -> list[str]:
    """Set cleaned values; returns the names that differ. Raises SerialMissing, InvalidValue."""
    changed = []
    for name, typed in values.items():
        field = field_of(device, name)
        value = typed if field.is_relation else parsed(field, _clean(field, typed))
        if device._state.adding or getattr(device, name) != value:
            setattr(device, name, value)
            changed.append(name)
    if not serial_key(device.serial):
        raise SerialMissing
    check_fields(device, exclude=[f.name for f in device._meta.fields if f.name not in values])
    return changed


def _clean(field: models.Field, value: Any) -> Any:
    if isinstance(value, str):
        if isinstance(field, models.TextField):
            value = clean_text(value).strip()
        else:
            value = one_line(value)
        if field.name == "serial":
            value = _INVISIBLE.sub("", value).strip()
    if field.null and value == "":
        return None
    return "" if value is None and not field.null else value
