"""Cc on the customer's side, followers on ours."""

import re
from collections.abc import Iterable, Sequence
from email.utils import getaddresses
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import mailbridge
from core.events import record
from core.text import normalise_email, one_line
from tickets.actions.opening import lock
from tickets.errors import AddressRefused, NotAFollower
from tickets.events import (
    CopiesChanged,
    CopiesProposed,
    CopyLeftOut,
    FollowerAdded,
    FollowerRemoved,
)
from tickets.models import Follower, ProposedCopy, Ticket, TicketCopy

MOST_COPIES = 20
MOST_PROPOSED = 40  # that wait on one ticket
LONGEST_ADDRESS = 254


def split_addresses(text: str) -> list[str]:
    """Addresses as people type them: "Ann <a@x.test>, b@x.test; c@x.test" → the bare ones.

    What is no address comes through as typed, so that it can be named in a refusal.
    """
    parts = [part.strip() for part in re.split(r"[,;\s]*[,;\n][,;\s]*", text) if part.strip()]
    bare = [re.search(r"<([^<>]+)>$", part) for part in parts]
    return [found[1] if found else part for found, part in zip(bare, parts, strict=True)]


def clean_copies(ticket: Ticket, addresses: Iterable[str]) -> list[str]:
    """The addresses once each, without the requester and our own mailboxes.

    Raises AddressRefused for what is no address, and for more than MOST_COPIES.
    """
    left_out = own_addresses() | {normalise_email(address) for address in _requester(ticket)}
    found: list[str] = []
    for typed in addresses:
        address = normalise_email(typed)
        if not is_address(address):
            raise AddressRefused(
                _("“%(text)s” is no e-mail address.") % {"text": one_line(typed)[:100]}
            )
        if address not in left_out and address not in found:
            found.append(address)
    if len(found) > MOST_COPIES:
        raise AddressRefused(_("Up to %(limit)s people in Cc.") % {"limit": MOST_COPIES})
    return found


def is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= LONGEST_ADDRESS


def own_addresses() -> set[str]:
    """Mailboxes of the desk itself: mail to them would come back as a customer's word."""
    written = [settings.DEFAULT_FROM_EMAIL, settings.SERVER_EMAIL]
    ours = {normalise_email(address) for _name, address in getaddresses(written) if address}
    return ours | mailbridge.mailboxes()


def _requester(ticket: Ticket) -> list[str]:
    person = ticket.requester or ticket.customer
    return [str(person.email)] if person.email else []


@transaction.atomic
def set_copies(ticket: Ticket, addresses: Iterable[str], *, actor: Any) -> list[str]:
    """Replace the people who get copies; returns their addresses. Raises AddressRefused."""
    ticket = lock(ticket)
    before = [copy.email for copy in ticket.copies.all()]
    wanted = clean_copies(ticket, addresses)
    if set(before) != set(wanted):
        apply_copies(ticket, wanted, before=before)
        changed = CopiesChanged(
            added=len(set(wanted) - set(before)), removed=len(set(before) - set(wanted))
        )
        record(changed, subject=ticket, actor=actor)
    return wanted


def apply_copies(ticket: Ticket, wanted: Sequence[str], *, before: Sequence[str]) -> None:
    """Add and remove what differs from `before`; what others changed since stays.

    Inside a transaction, with the ticket locked.
    """
    gone = [address for address in before if address not in wanted]
    new = [address for address in wanted if address not in before]
    ticket.copies.filter(email__in=gone).delete()
    contacts = {
        normalise_email(str(contact.email)): contact
        for contact in ticket.customer.contacts.filter(email__in=new)
    }
    TicketCopy.objects.bulk_create(
        [
            TicketCopy(ticket=ticket, email=address, contact=contacts.get(address))
            for address in new
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def propose_copies(ticket: Ticket, addresses: Iterable[str], *, by: str, actor: Any) -> int:
    """Ask staff whether these may get copies; returns how many are new.

    Who gets copies already, was proposed or left out before is not asked about again.
    """
    ticket = lock(ticket)
    known = {copy.email.lower() for copy in ticket.copies.all()}
    known |= {row.email.lower() for row in ticket.proposed_copies.all()}
    usable = [address for address in addresses if is_address(normalise_email(address))]
    room = MOST_PROPOSED - ticket.proposed_copies.filter(left_out_at=None).count()
    found = clean_copies(ticket, usable[:MOST_COPIES])
    new = [address for address in found if address not in known][: max(room, 0)]
    ProposedCopy.objects.bulk_create(
        [ProposedCopy(ticket=ticket, email=address, proposed_by=by[:150]) for address in new]
    )
    if new:
        record(CopiesProposed(count=len(new)), subject=ticket, actor=actor)
    return len(new)


@transaction.atomic
def accept_copy(proposed: ProposedCopy, *, actor: Any) -> None:
    """They get copies from now on; nothing happens when that was decided. AddressRefused: full."""
    ticket = lock(proposed.ticket)
    row = ticket.proposed_copies.filter(pk=proposed.pk).first()
    if row is not None:
        row.delete()
        before = [copy.email for copy in ticket.copies.all()]
        set_copies(ticket, [*before, row.email], actor=actor)


@transaction.atomic
def leave_out_copy(proposed: ProposedCopy, *, actor: Any) -> None:
    """They get nothing, and are not asked about again; nothing happens the second time."""
    ticket = lock(proposed.ticket)
    row = ticket.proposed_copies.filter(pk=proposed.pk, left_out_at=None).first()
    if row is not None:
        row.left_out_at = timezone.now()
        row.save(update_fields=["left_out_at"])
        record(CopyLeftOut(), subject=ticket, actor=actor)


@transaction.atomic
def add_follower(ticket: Ticket, user: Any, *, actor: Any) -> Follower:
    """Let a colleague follow; nothing happens when they do. Raises NotAFollower."""
    ticket = lock(ticket)
    if not may_follow(user, ticket):
        raise NotAFollower
    row, is_new = Follower.objects.get_or_create(ticket=ticket, user=user)
    if is_new:
        happened = FollowerAdded(user_id=user.pk, follower_name=str(user))
        record(happened, subject=ticket, actor=actor)
    return row


@transaction.atomic
def remove_follower(ticket: Ticket, user: Any, *, actor: Any) -> None:
    """Stop telling a colleague; nothing happens when they did not follow."""
    ticket = lock(ticket)
    gone, _rows = Follower.objects.filter(ticket=ticket, user=user).delete()
    if gone:
        happened = FollowerRemoved(user_id=user.pk, follower_name=str(user))
        record(happened, subject=ticket, actor=actor)


def may_follow(user: Any, ticket: Ticket) -> bool:
    """Staff who see the ticket."""
    if not user.is_active or not user.is_staff_member:
        return False
    return Ticket.objects.visible_to(user).filter(pk=ticket.pk).exists()


def follow_own_answer(ticket: Ticket, user: Any) -> None:
    """Who answers a ticket that somebody else has will want to hear the answer."""
    technician = ticket.technician
    if user is None or technician is None or technician.user_id == user.pk:
        return
    if may_follow(user, ticket):
        add_follower(ticket, user, actor=user)
