"""Which customer somebody who registers belongs to."""

from typing import Any

from django.db import transaction

from accounts.actions import confirm_customer
from accounts.models import SignupDetails, User
from core.events import record
from customers.events import ContactChanged, ContactCreated, CustomerCreated
from customers.models import Contact, Customer, CustomerKind


@transaction.atomic
def link_confirmed_account(user: User) -> Contact | None:
    """Give somebody who confirmed their address the portal of their customer.

    Only exactly their address counts, never its domain (A17): a contact with it, else a customer
    with it, else a new customer. None for staff. Runs twice without harm.
    """
    details = SignupDetails.objects.filter(user=user).first()
    company = details.company if details else ""
    if not confirm_customer(user):
        return None
    if details:
        details.delete()
    linked = Contact.objects.filter(user=user).first()
    return linked or _link_contact(user) or _new_contact(user, _own_customer(user, company))


def _link_contact(user: User) -> Contact | None:
    """The contact the desk keeps under the address, now with a sign-in."""
    contact = Contact.objects.select_for_update().filter(email=user.email, user=None).first()
    if contact is None:
        return None
    contact.user = user
    contact.version += 1
    contact.save(update_fields=["user", "version", "updated_at"])
    record(
        ContactChanged(contact_id=contact.pk, fields="sign-in"),
        subject=contact.customer,
        actor=user,
    )
    return contact


def _own_customer(user: User, company: str) -> Customer:
    """The customer whose own address it is, else a new one."""
    found = Customer.objects.select_for_update().filter(email=user.email).first()
    if found:
        return found
    customer = Customer.objects.create(
        kind=CustomerKind.COMPANY if company else CustomerKind.PERSON,
        name=company or user.name or user.email,
        email=user.email,
        phone=user.phone,
    )
    record(CustomerCreated(), subject=customer, actor=user)
    return customer


def _new_contact(user: User, customer: Customer) -> Contact:
    """The person as a contact of the customer; the main one when there is none yet."""
    fields: dict[str, Any] = {
        "name": user.name or user.email,
        "email": user.email,
        "phone": user.phone,
        "is_primary": not customer.contacts.filter(is_primary=True).exists(),
    }
    if Contact.objects.filter(email=user.email).exists():  # kept by somebody with another sign-in
        fields["email"] = None
    contact = Contact.objects.create(customer=customer, user=user, **fields)
    record(ContactCreated(contact_id=contact.pk), subject=customer, actor=user)
    return contact
