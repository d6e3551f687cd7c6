"""Whose phone a number is. Anybody can forge one, so it opens no door that mail would not."""

from dataclasses import dataclass, field

import phonenumbers

from accounts.models import User
from customers.models import Contact, Customer
from mailbox.models import InboundSms

MOST = 10  # people of one number that are looked at


@dataclass(frozen=True)
class Caller:
    """colleagues, contacts and customers that have this number; none: a stranger."""

    phone: str
    colleagues: list[User] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    customers: list[Customer] = field(default_factory=list)

    @property
    def customer_ids(self) -> set[int]:
        return {row.pk for row in self.customers}

    @property
    def contact(self) -> Contact | None:
        """The person, when it is a single one's number."""
        return self.contacts[0] if len(self.contacts) == 1 else None

    @property
    def name(self) -> str:
        if self.contact is not None:
            return self.contact.name
        return self.customers[0].name if len(self.customers) == 1 else self.phone


def caller_of(phone: str) -> Caller:
    """Everybody with this number, as E.164. Somebody who left is a stranger."""
    users = list(User.objects.active().filter(phone=phone).order_by("pk")[:MOST])
    colleagues = [user for user in users if user.is_staff_member]
    if colleagues:
        return Caller(phone, colleagues=colleagues)
    people = Contact.objects.select_related("customer", "user").order_by("pk")
    contacts = list(people.filter(phone=phone)[:MOST]) or list(people.filter(user__in=users)[:MOST])
    customers = {row.customer_id: row.customer for row in contacts}
    if not contacts:
        customers = {row.pk: row for row in Customer.objects.filter(phone=phone)[:MOST]}
    if not contacts and not customers and not is_storable(phone):
        contacts, customers = _of_before(phone)
    return Caller(phone, contacts=contacts, customers=list(customers.values()))


def is_storable(phone: str) -> bool:
    """Whether it can stand in the record of a person: short codes and made-up numbers cannot."""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(phone))
    except phonenumbers.NumberParseException:
        return False


def _of_before(phone: str) -> tuple[list[Contact], dict[int, Customer]]:
    """Who was made of this number when it first wrote; nobody's record has it."""
    rows = InboundSms.objects.filter(from_phone=phone, ticket__isnull=False)
    before = rows.select_related("ticket__customer", "ticket__requester__user").order_by("pk")
    row = before.first()
    if row is None or row.ticket is None:
        return [], {}
    ticket = row.ticket
    contacts = [ticket.requester] if ticket.requester is not None else []
    return contacts, {ticket.customer_id: ticket.customer}
