"""Opening and editing a ticket."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from attachments.actions import store_file
from core.checks import field_of
from core.events import is_automatic
from core.text import clean_text, one_line
from customers.models import Contact, Customer
from devices.models import Device
from tickets.actions.clocks import record
from tickets.custom import clean_values
from tickets.errors import DeviceOfAnotherCustomer, RequesterOfAnotherCustomer, TextMissing
from tickets.events import TicketEdited, TicketOpened
from tickets.models import (
    Category,
    CustomField,
    Message,
    Priority,
    Ticket,
    TicketChannel,
    TicketFile,
)

EDITABLE = ("subject", "description", "category", "priority", "device", "requester", "team")

NO_VALUES: Mapping[str, Any] = MappingProxyType({})


@transaction.atomic
def open_ticket(
    *,
    customer: Customer,
    requester: Contact | None,
    subject: str,
    description: str,
    actor: Any,
    channel: str = TicketChannel.PORTAL,
    device: Device | None = None,
    category: Category | None = None,
    team: Team | None = None,
    priority: int = Priority.NORMAL,
    files: Iterable[UploadedFile] = (),
    follows: Ticket | None = None,
    opened_at: datetime | None = None,
    external_id: str | None = None,
    source_url: str = "",
    custom: Mapping[str, Any] = NO_VALUES,
) -> Ticket:
    """Open a ticket and return it.

    team: instead of the category's own.
    custom: {key: value as typed} of custom fields; keys of another category are dropped.
    Raises DeviceOfAnotherCustomer, RequesterOfAnotherCustomer, TextMissing, CustomValueRefused
    and FileRefused.
    """
    subject, description = one_line(subject)[:200], clean_text(description).strip()
    check_texts(subject, description)
    check_belongs(customer, device, requester)
    now = timezone.now()
    ticket = Ticket.objects.create(
        customer=customer,
        requester=requester,
        subject=subject,
        description=description,
        channel=channel,
        device=device,
        category=category,
        team=team or (category.team if category else None),
        priority=priority,
        follows=follows,
        opened_at=opened_at or now,
        last_customer_at=opened_at or now,
        external_id=external_id,
        source_url=source_url,
        custom=first_values(category, custom) if custom else {},
    )
    attach(ticket, files, actor=actor)
    record(
        TicketOpened(
            channel=channel,
            channel_name=str(TicketChannel(channel).label),
            customer_id=customer.pk,
            device_id=device.pk if device else None,
            category_id=category.pk if category else None,
            follows_id=follows.pk if follows else None,
        ),
        subject=ticket,
        actor=actor,
    )
    return ticket


@transaction.atomic
def edit_ticket(ticket: Ticket, changes: Mapping[str, Any], *, actor: Any) -> Ticket:
    """Store changed properties (keys of EDITABLE); nothing happens when none differ.

    A new category brings its team, if it has one, unless a team is given too.
    """
    ticket = lock(ticket)
    wanted = {name: value for name, value in changes.items() if name in EDITABLE}
    if "subject" in wanted:
        wanted["subject"] = one_line(wanted["subject"])[:200]
    if "description" in wanted:
        wanted["description"] = clean_text(wanted["description"]).strip()
    changed = [name for name, value in wanted.items() if getattr(ticket, name) != value]
    if not changed:
        return ticket
    for name in changed:
        setattr(ticket, name, wanted[name])
    team = ticket.category.team if ticket.category and "category" in changed else None
    if team and team != ticket.team and "team" not in changed:
        ticket.team = team
        changed.append("team")
    check_texts(ticket.subject, ticket.description)
    check_belongs(ticket.customer, ticket.device, ticket.requester)
    touch(ticket)
    save(ticket, *changed, "touched_at")
    labels = [str(field_of(Ticket, name).verbose_name) for name in changed]
    record(TicketEdited(fields=", ".join(labels), field_names=changed), subject=ticket, actor=actor)
    return ticket


def first_values(category: Category | None, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What a new ticket holds of the values typed for it. Raises CustomValueRefused."""
    fields = CustomField.objects.of_category(category.pk if category else None)
    values = clean_values(fields, typed, {})
    return {key: value for key, value in values.items() if value is not None}


def lock(ticket: Ticket) -> Ticket:
    """The ticket as it stands now, locked until the transaction ends."""
    return Ticket.objects.select_for_update(of=("self",)).get(pk=ticket.pk)


def save(ticket: Ticket, *fields: str) -> None:
    """Write the fields; every save by an action adds one to the version."""
    ticket.version += 1
    ticket.save(update_fields=[*dict.fromkeys(fields), "version", "updated_at"])


def touch(ticket: Ticket) -> None:
    """Somebody of the staff did something: the ticket is no longer new. A rule is nobody."""
    if ticket.touched_at is None and not is_automatic():
        ticket.touched_at = timezone.now()


def attach(
    ticket: Ticket,
    files: Iterable[UploadedFile],
    *,
    actor: Any,
    message: Message | None = None,
    is_internal: bool = False,
) -> None:
    """Store the files with the ticket, or with one of its messages."""
    for upload in files:
        TicketFile.objects.create(
            ticket=ticket,
            message=message,
            stored=store_file(upload, actor=actor),
            is_internal=is_internal,
        )


def check_belongs(customer: Customer, device: Device | None, requester: Contact | None) -> None:
    """Device and requester must be the customer's; a trigger holds the same in the database."""
    if device is not None and device.customer_id != customer.pk:
        raise DeviceOfAnotherCustomer
    if requester is not None and requester.customer_id != customer.pk:
        raise RequesterOfAnotherCustomer


def check_texts(subject: str, description: str) -> None:
    """Both are needed, and the description has an end. Raises TextMissing."""
    if not subject:
        raise TextMissing(_("Say in a few words what is wrong."), field="subject")
    if not description:
        raise TextMissing(_("Describe the problem: what happens, and since when?"),
                          field="description")  # fmt: skip
    if len(description) > 100_000:
        raise TextMissing(
            _("This text is longer than 100,000 characters. Attach the rest as a file."),
            field="description",
        )
