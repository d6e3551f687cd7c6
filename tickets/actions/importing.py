"""A ticket that another system kept until now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from core.events import history
from core.text import clean_text, normalise_email, one_line
from customers.actions import add_contact, create_customer
from customers.models import Contact, Customer, CustomerKind
from devices.models import Device
from tickets.actions.clocks import record
from tickets.actions.opening import check_belongs, check_texts
from tickets.errors import ResolutionMissing, ResolutionTooLong
from tickets.events import TicketImported
from tickets.models import DONE, Category, Priority, Status, Ticket, TicketChannel
from tickets.models.ticket import RESOLUTION_LENGTH


@dataclass(frozen=True)
class OldTicket:
    """A ticket as it was elsewhere. done_at: when it was resolved, None = when it was opened."""

    external_id: str
    opened_at: datetime
    requester_email: str
    requester_name: str
    subject: str
    description: str
    channel: str = TicketChannel.EMAIL
    priority: int = Priority.NORMAL
    status: str = Status.OPEN
    category: str = ""
    resolution: str = ""
    done_at: datetime | None = None
    source_url: str = ""
    device: Device | None = None


@transaction.atomic
def import_ticket(old: OldTicket, *, actor: Any) -> Ticket:
    """Store it with its requester (a person, made when the address is new) and its category.

    Nobody is told and nobody is assigned: everything is recorded as history. Raises TextMissing,
    ResolutionMissing, ResolutionTooLong, DeviceOfAnotherCustomer and what create_customer() and
    add_contact() raise.
    """
    subject, description = one_line(old.subject)[:200], clean_text(old.description).strip()
    check_texts(subject, description)
    is_done = old.status in DONE
    resolution = clean_text(old.resolution).strip() if is_done else ""
    if is_done and not resolution:
        raise ResolutionMissing
    if len(resolution) > RESOLUTION_LENGTH:
        raise ResolutionTooLong
    with history():
        requester = _requester(old, actor)
        check_belongs(requester.customer, old.device, requester)
        category = _category(old.category)
        done_at = (old.done_at or old.opened_at) if is_done else None
        ticket = Ticket.objects.create(
            channel=old.channel,
            customer=requester.customer,
            requester=requester,
            device=old.device,
            category=category,
            team=category.team if category else None,
            subject=subject,
            description=description,
            priority=old.priority,
            status=old.status,
            resolution=resolution,
            opened_at=old.opened_at,
            last_customer_at=old.opened_at,
            touched_at=old.opened_at if old.status != Status.OPEN else None,
            resolved_at=done_at,
            closed_at=done_at if old.status == Status.CLOSED else None,
            external_id=old.external_id,
            source_url=old.source_url,
        )
        record(
            TicketImported(external_id=old.external_id, status=old.status),
            subject=ticket,
            actor=actor,
        )
    return ticket


def _requester(old: OldTicket, actor: Any) -> Contact:
    """The contact of that address; else a contact of the customer of that address; else both."""
    email = normalise_email(old.requester_email)
    found = Contact.objects.select_related("customer").filter(email=email).first()
    if found is not None:
        return found
    name = one_line(old.requester_name)[:150] or email
    customer = Customer.objects.filter(email=email).first()
    if customer is None:
        customer = create_customer(actor=actor, kind=CustomerKind.PERSON, name=name, email=email)
    return add_contact(customer, actor=actor, name=name, email=email)


def _category(name: str) -> Category | None:
    """The category of that name in whatever case, made when there is none."""
    words = one_line(name)[:80]
    if not words:
        return None
    found = Category.objects.filter(name__iexact=words).first()
    return found or Category.objects.create(name=words)
