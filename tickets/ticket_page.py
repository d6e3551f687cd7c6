"""What the ticket page reads besides the ticket, in as few statements as it takes."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Case, Q, When

from core.prepared import Prepared
from customers.models import Contact
from devices.models import Device
from technicians.models import Technician
from tickets.models import DispatchDecision, Ticket, TicketFile
from tickets.timeline import Entry, ShownFile, shown_files

MOST_RELATIVES = 40


# With everybody in it, one statement would join nine tables: planning that takes ten times as long
# as running it.
JOINED = ("team", "category", "booking")


_TECHNICIAN = Prepared(lambda pk: Technician.objects.select_related("user").filter(pk=pk))
_CONTACT = Prepared(lambda pk: Contact.objects.select_related("customer").filter(pk=pk))
_DEVICE = Prepared(lambda pk: Device.objects.select_related("product").filter(pk=pk))


def with_people(ticket: Ticket) -> Ticket:
    """The ticket with its technician, customer, requester and device. At most three queries."""
    if ticket.technician_id:
        ticket.technician = _TECHNICIAN.first(ticket.technician_id)
    if ticket.requester_id:
        ticket.requester = _CONTACT.first(ticket.requester_id)
        if ticket.requester and ticket.requester.customer_id == ticket.customer_id:
            ticket.customer = ticket.requester.customer
    if ticket.device_id:
        ticket.device = _DEVICE.first(ticket.device_id)
    return ticket


def decision_on(ticket: Ticket) -> DispatchDecision | None:
    """Why the one who has it got it; none when nobody has it, or it was taken without a ranking."""
    if ticket.technician_id is None:
        return None
    newest = ticket.decisions.first()
    return newest if newest and newest.technician_id == ticket.technician_id else None


def relatives(ticket: Ticket, user: Any, *, has_any: bool = True) -> dict[str, Any]:
    """What this ticket follows and goes on in, what follows it and was merged into it: only what
    the reader may see, so the page must not ask the ticket itself. One query; none when there is
    nothing ahead and has_any says that nothing comes after.
    """
    ahead = [key for key in (ticket.follows_id, ticket.merged_into_id) if key]
    if not ahead and not has_any:
        return {}
    rows = list(
        Ticket.objects.visible_to(user)
        .filter(Q(follows=ticket.pk) | Q(merged_into=ticket.pk) | Q(pk__in=ahead))
        .only("id", "subject", "status", "follows", "merged_into")
        .order_by(Case(When(pk__in=ahead, then=0), default=1), "pk")[:MOST_RELATIVES]
    )
    by_key = {row.pk: row for row in rows}
    return {
        "came_from": by_key.get(ticket.follows_id),
        "goes_on_in": by_key.get(ticket.merged_into_id),
        "follow_ups": [row for row in rows if row.follows_id == ticket.pk],
        "merged_from": [row for row in rows if row.merged_into_id == ticket.pk],
    }


def without_report(entries: list[Entry], ticket: Ticket) -> list[Entry]:
    """Leave out what opened a follow-up ticket: the page shows it as the description."""
    if not ticket.follows_id:
        return entries
    return [
        entry for entry in entries
        if entry.kind != "customer" or entry.files or entry.words != ticket.description
    ]  # fmt: skip


def add_files(
    ticket: Ticket, entries: Iterable[Entry], sending: Iterable[Any] = ()
) -> list[ShownFile]:
    """Give each entry, and each message being sent, its files; returns those of the report.

    One query. A message being sent gets them as `shown_files`.
    """
    of_message = {entry.key: entry for entry in entries if entry.kind != "event"}
    waiting = {message.pk: message for message in sending}
    rows = ticket.files.filter(Q(message=None) | Q(message__in=[*of_message, *waiting]))
    found: dict[int | None, list[TicketFile]] = defaultdict(list)
    for row in rows.select_related("stored").order_by("pk"):
        found[row.message_id].append(row)
    for key, entry in of_message.items():
        entry.files.extend(shown_files(found[key]))
    for key, message in waiting.items():
        message.shown_files = shown_files(found[key])
    return shown_files(found[None])
