"""Everything that can be done to a customer and its contacts. One action, one event."""

from collections.abc import Mapping
from typing import Any

from django.db import connection, models, transaction
from django.utils.translation import gettext

from accounts.actions import disable_user
from accounts.models import User
from attachments.actions import delete_files
from core.checks import check_fields, field_of, parsed, refusing
from core.errors import RuleError
from core.events import record
from core.text import clean_text, normalise_email, one_line
from customers.deletion import Loss
from customers.errors import (
    ContactEmailTaken,
    CustomerEmailTaken,
    ExternalIdTaken,
    NameMissing,
    PlaceHalfGiven,
    SignInTaken,
)
from customers.events import (
    ContactChanged,
    ContactCreated,
    ContactRemoved,
    CustomerChanged,
    CustomerCreated,
    CustomerDeleted,
)
from customers.models import Contact, Customer


@transaction.atomic
def create_customer(*, actor: Any, **fields: Any) -> Customer:
    """Add a customer. fields: those of Customer, as typed.

    Raises CustomerEmailTaken, NameMissing, PlaceHalfGiven, ExternalIdTaken and InvalidValue.
    """
    customer = Customer()
    _fill(customer, fields)
    with refusing(_customer_refusals()):
        customer.save()
    record(CustomerCreated(), subject=customer, actor=actor)
    return customer


@transaction.atomic
def edit_customer(customer: Customer, changes: Mapping[str, Any], *, actor: Any) -> Customer:
    """Store what differs; the same values again change and record nothing.

    Raises as create_customer.
    """
    customer = Customer.objects.select_for_update().get(pk=customer.pk)
    changed = _fill(customer, changes)
    if changed:
        with refusing(_customer_refusals()):
            _save(customer, changed)
        record(CustomerChanged(_labels(customer, changed)), subject=customer, actor=actor)
    return customer


@transaction.atomic
def delete_customer(customer: Customer, *, actor: Any) -> Loss:
    """Delete the customer with everything that hangs on it, logs and files too.

    The sign-ins of its contacts are disabled and their sessions end: they cannot be deleted, the
    append-only event log names them.

    Returns what went. The event stays: who deleted whom, and how much.
    """
    # People before their customer, as when somebody confirms an address: no deadlock.
    list(
        User.objects.select_for_update(of=("self",))
        .filter(contact__customer=customer)
        .order_by("pk")
    )
    customer = Customer.objects.select_for_update().get(pk=customer.pk)
    loss = Loss(customer)
    sign_ins = loss.sign_ins()  # while their contacts are there
    record(
        CustomerDeleted(
            devices=loss.counts["devices.device"],
            tickets=loss.counts["tickets.ticket"],
            contacts=loss.counts["customers.contact"],
            ticket_ids=sorted(customer.tickets.values_list("pk", flat=True)),
        ),
        subject=customer,
        actor=actor,
    )
    # Service logs are append-only; this says that the deletion is meant (servicelogs 0002).
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL desk.purge = 'on'")
        customer.delete()
        cursor.execute("SET LOCAL desk.purge = ''")
    delete_files(loss.files)
    for person in sign_ins:
        disable_user(person, actor=actor)
    return loss


@transaction.atomic
def add_contact(customer: Customer, *, actor: Any, **fields: Any) -> Contact:
    """Add a person of the customer; the first one becomes the main contact.

    Raises ContactEmailTaken, NameMissing, SignInTaken, ExternalIdTaken and InvalidValue.
    """
    customer = Customer.objects.select_for_update().get(pk=customer.pk)
    contact = Contact(customer=customer)
    _fill(contact, fields)
    contact.is_primary = contact.is_primary or not customer.contacts.exists()
    if contact.is_primary:
        _demote(contact)
    with refusing(_contact_refusals()):
        contact.save()
    record(ContactCreated(contact.pk), subject=customer, actor=actor)
    return contact


@transaction.atomic
def edit_contact(contact: Contact, changes: Mapping[str, Any], *, actor: Any) -> Contact:
    """Store what differs. Making it the main contact takes that from the one before.

    Raises as add_contact.
    """
    customer = Customer.objects.select_for_update().get(pk=contact.customer_id)
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    changed = _fill(contact, changes)
    if changed:
        if contact.is_primary and "is_primary" in changed:
            _demote(contact)
        with refusing(_contact_refusals()):
            _save(contact, changed)
        words = _labels(contact, changed)
        record(ContactChanged(contact.pk, words), subject=customer, actor=actor)
    return contact


@transaction.atomic
def remove_contact(contact: Contact, *, actor: Any) -> None:
    """Remove a person; their tickets stay. The next one becomes the main contact.

    Their sign-in stands for nobody then: it is disabled, unless they work here.
    """
    sign_in = User.objects.select_for_update(of=("self",)).filter(contact=contact).first()
    customer = Customer.objects.select_for_update().get(pk=contact.customer_id)
    pk = contact.pk
    Contact.objects.filter(pk=pk).delete()
    if sign_in is not None and not sign_in.is_staff_member:
        disable_user(sign_in, actor=actor)
    heir = customer.contacts.order_by("-is_primary", "name").first()
    if heir is not None and not heir.is_primary:
        heir.is_primary = True
        _save(heir, ["is_primary"])
    record(ContactRemoved(pk), subject=customer, actor=actor)


def _customer_refusals() -> dict[str, RuleError]:
    return {
        "_email_": CustomerEmailTaken(),
        "external_id": ExternalIdTaken(),
        "customer_place": PlaceHalfGiven(),
    }


def _contact_refusals() -> dict[str, RuleError]:
    return {
        "_email_": ContactEmailTaken(),
        "external_id": ExternalIdTaken(),
        "user_id": SignInTaken(),
    }


def _fill(instance: models.Model, values: Mapping[str, Any]) -> list[str]:
    """Set cleaned values; returns the names that differ. Raises NameMissing and InvalidValue."""
    changed = []
    for name, value in values.items():
        field = field_of(instance, name)
        value = value if field.is_relation else parsed(field, _clean(field, value))
        if instance._state.adding or getattr(instance, name) != value:
            setattr(instance, name, value)
            changed.append(name)
    if not instance.name:  # type: ignore[attr-defined]
        raise NameMissing
    given = set(values)
    check_fields(instance, exclude=[f.name for f in instance._meta.fields if f.name not in given])
    return changed


def _clean(field: models.Field, value: Any) -> Any:
    """A typed value as it is stored: one line, no control characters, unknown as NULL."""
    if isinstance(value, str):
        if field.name == "email":
            value = normalise_email(one_line(value))
        elif isinstance(field, models.TextField):
            value = clean_text(value).strip()
        else:
            value = one_line(value)
        if field.name == "country":
            value = value.upper()
    if field.null and value in ("", None):
        return None
    return "" if value is None and not field.null else value


def _save(instance: Any, changed: list[str]) -> None:
    """Store the changed fields as the next version."""
    instance.version += 1
    instance.save(update_fields=[*changed, "version", "updated_at"])


def _demote(contact: Contact) -> None:
    """Nobody else of the customer is the main contact any more."""
    Contact.objects.filter(customer_id=contact.customer_id, is_primary=True).exclude(
        pk=contact.pk
    ).update(is_primary=False, version=models.F("version") + 1)


def _labels(instance: models.Model, names: list[str]) -> str:
    """Names of fields as people read them, for the event."""
    return gettext(", ").join(str(field_of(instance, n).verbose_name) for n in names)
