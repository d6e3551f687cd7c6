"""A phone call that becomes a ticket, with a new customer when the caller is unknown."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from customers.actions import add_contact, create_customer
from customers.models import Contact, Customer, CustomerKind
from tickets.actions.opening import open_ticket
from tickets.models import Ticket, TicketChannel


@transaction.atomic
def take_call(
    caller: Mapping[str, Any],
    problem: Mapping[str, Any],
    *,
    actor: Any,
    customer: Customer | None = None,
    files: Iterable[UploadedFile] = (),
) -> Ticket:
    """Open a ticket for a call, in one transaction with the customer it may create.

    caller: requester (Contact or None) of a known customer; else name, company, phone, email.
    problem: subject, description, category, priority, device as open_ticket() takes them.
    Raises what create_customer, add_contact and open_ticket raise.
    """
    requester = caller.get("requester")
    if customer is None:
        customer, requester = _new_customer(caller, actor)
    return open_ticket(
        customer=customer,
        requester=requester,
        actor=actor,
        channel=TicketChannel.PHONE,
        files=files,
        **problem,
    )


def _new_customer(caller: Mapping[str, Any], actor: Any) -> tuple[Customer, Contact]:
    """A company with the caller as main contact, or the person alone."""
    company = caller.get("company") or ""
    reach = {"phone": caller.get("phone") or "", "email": caller.get("email") or None}
    customer = create_customer(
        actor=actor,
        kind=CustomerKind.COMPANY if company else CustomerKind.PERSON,
        name=company or caller["name"],
        **(reach if not company else {"phone": reach["phone"]}),
    )
    contact = add_contact(customer, actor=actor, name=caller["name"], is_primary=True, **reach)
    return customer, contact
