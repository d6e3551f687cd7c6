"""The links of a merged ticket: who asks after it now asks after the one that has its words.

A link the other ticket cannot take (it has a parent already, or would close a ring) stays where
it was. Where words were split from or to stays as well: that is history.
"""

from typing import Any

from django.db import transaction
from django.db.models import Q

from tickets.actions.links import join, part
from tickets.errors import CannotLink
from tickets.links import ROLES
from tickets.models import LinkKind, Ticket, TicketLink


def bring_links(source: Ticket, into: Ticket, *, actor: Any) -> list[list[Any]]:
    """Move the links; returns [key of the other ticket, its role, whether `into` got it new].

    Inside a transaction that holds the lock of links.
    """
    moved = []
    for link in _links_of(source):
        other = link.source if link.target_id == source.pk else link.target
        role = _role(link, other)
        try:
            with transaction.atomic():
                part(link, actor=actor)
                is_new = other.pk != into.pk and join(into, other, role, actor=actor)[1]
        except CannotLink:
            continue
        moved.append([other.pk, role, is_new])
    return moved


def take_links_back(source: Ticket, target: Ticket, moved: list[list[Any]], *, actor: Any) -> None:
    """Undo bring_links(); what somebody has removed, or linked otherwise since, stays so."""
    others = Ticket.objects.in_bulk([row[0] for row in moved])
    for key, role, is_new in moved:
        other = others.get(key)
        if other is None or other.merged_into_id:
            continue
        between = _links_of(target, other)
        found = next((link for link in between if _role(link, other) == role), None)
        if is_new and found is None:
            continue
        try:
            with transaction.atomic():
                if is_new and found is not None:
                    part(found, actor=actor)
                join(source, other, role, actor=actor)
        except CannotLink:
            continue


def _links_of(ticket: Ticket, other: Ticket | None = None) -> list[TicketLink]:
    rows = TicketLink.objects.filter(Q(source=ticket) | Q(target=ticket))
    if other is not None:
        rows = rows.filter(Q(source=other) | Q(target=other))
    rows = rows.exclude(kind=LinkKind.SPLIT).select_related("source", "target")
    return list(rows.order_by("pk"))


def _role(link: TicketLink, other: Ticket) -> str:
    """What `other` is to the ticket at the other end."""
    if link.kind == LinkKind.RELATED:
        return "related"
    is_source = link.source_id == other.pk
    return next(
        key for key, role in ROLES.items()
        if role.kind == link.kind and role.is_source == is_source
    )  # fmt: skip
