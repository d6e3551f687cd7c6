"""Who wrote a mail: only the address counts, never the name beside it (ATTACKS A70)."""

from dataclasses import dataclass

from accounts.models import User
from customers.models import Contact, Customer
from mailbox.parsing.addresses import Address
from tickets.models import Ticket


@dataclass(frozen=True)
class Writer:
    """At most one of the three is known; none: a stranger."""

    name: str
    email: str
    colleague: User | None = None
    contact: Contact | None = None
    customer: Customer | None = None

    @property
    def of_customer(self) -> Customer | None:
        return self.contact.customer if self.contact else self.customer

    @property
    def actor(self) -> User | None:
        """The sign-in of a contact, while it is one."""
        user = self.contact.user if self.contact else None
        return user if user is not None and user.is_active else None

    def is_in(self, ticket: Ticket) -> bool:
        """Requester, or in Cc: whom even a weak sign brings to this ticket."""
        if not self.email:
            return False  # nobody: a customer without an address is not meant by one
        if self.contact is not None and self.contact.pk == ticket.requester_id:
            return True
        if self.email == (ticket.customer.email or ""):
            return True
        return ticket.copies.filter(email__iexact=self.email).exists()

    def may_speak_in(self, ticket: Ticket) -> bool:
        """Whose words are the customer's: those in it, and other people of the same customer."""
        ours = self.of_customer
        return (ours is not None and ours.pk == ticket.customer_id) or self.is_in(ticket)


def writer_of(sender: Address) -> Writer:
    """The person with this address. Somebody who left is a stranger."""
    email = sender.email.lower()
    name = sender.name[:150].strip() or email
    user = User.objects.active().filter(email=email).first()
    if user is not None and user.is_staff_member:
        return Writer(user.name, email, colleague=user)
    contact = Contact.objects.select_related("customer", "user").filter(email=email).first()
    if contact is not None:
        return Writer(contact.name, email, contact=contact)
    return Writer(name, email, customer=Customer.objects.filter(email=email).first())


def is_colleague(email: str) -> bool:
    return writer_of(Address("", email)).colleague is not None
