"""Linking tickets: related ones, parents and children, a problem and its incidents."""

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tickets.actions.clocks import record
from tickets.actions.locks import links_one_at_a_time, lock_all
from tickets.errors import CannotLink
from tickets.events import LinkAdded, LinkRemoved
from tickets.links import ROLES, words_of
from tickets.models import LinkKind, Ticket, TicketLink

MOST = 100  # links of one ticket
DEEPEST = 50  # steps from a ticket up to the parent of its parents


@transaction.atomic
def add_link(ticket: Ticket, other: Ticket, role: str, *, actor: Any) -> TicketLink:
    """Link two tickets. role: what `other` is to `ticket`, a key of links.ROLES.

    The same link again changes nothing. Raises CannotLink: with itself, with a merged ticket, a
    second parent or problem, a ring of parents, a problem that is an incident itself.
    """
    if ticket.pk == other.pk:
        raise CannotLink(_("A ticket cannot be linked with itself."))
    links_one_at_a_time()
    rows = lock_all([ticket, other])
    ticket, other = rows[ticket.pk], rows[other.pk]
    for row in (ticket, other):
        if row.merged_into_id:
            raise CannotLink(_("%(number)s was merged into another ticket.")
                             % {"number": row.reference})  # fmt: skip
    return join(ticket, other, role, actor=actor)[0]


def join(ticket: Ticket, other: Ticket, role: str, *, actor: Any) -> tuple[TicketLink, bool]:
    """The link of two locked tickets, and whether it is new. Raises CannotLink as add_link()."""
    source, target, kind = _ends(ticket, other, role)
    found = TicketLink.objects.filter(source=source, target=target, kind=kind).first()
    if found is not None:
        return found, False
    _check(source, target, kind)
    link = TicketLink.objects.create(
        source=source, target=target, kind=kind, created_at=timezone.now(),
        created_by=actor if getattr(actor, "pk", None) else None,
    )  # fmt: skip
    _say(LinkAdded, link, actor)
    return link, True


def part(link: TicketLink, *, actor: Any) -> None:
    """Take a stored link away; inside a transaction that holds the lock of links."""
    link.delete()
    _say(LinkRemoved, link, actor)


@transaction.atomic
def remove_link(link: TicketLink, *, actor: Any) -> None:
    """Take a link away; one that is gone already is no error."""
    links_one_at_a_time()
    lock_all([link.source, link.target])
    stored = TicketLink.objects.select_related("source", "target").filter(pk=link.pk).first()
    if stored is None:
        return
    part(stored, actor=actor)


def link_split(source: Ticket, target: Ticket, *, actor: Any) -> TicketLink:
    """Remember where the words of a new ticket came from. Its own event says so."""
    return TicketLink.objects.create(
        source=source, target=target, kind=LinkKind.SPLIT, created_at=timezone.now(),
        created_by=actor if getattr(actor, "pk", None) else None,
    )  # fmt: skip


def _ends(ticket: Ticket, other: Ticket, role: str) -> tuple[Ticket, Ticket, LinkKind]:
    if role not in ROLES:
        raise CannotLink(_("Choose how the tickets belong together."), field="role")
    kind, other_is_source = ROLES[role].kind, ROLES[role].is_source
    if kind == LinkKind.RELATED:
        first, second = sorted((ticket, other), key=lambda row: row.pk)
        return first, second, kind
    return (other, ticket, kind) if other_is_source else (ticket, other, kind)


def _check(source: Ticket, target: Ticket, kind: LinkKind) -> None:
    for row in (source, target):
        if TicketLink.objects.filter(Q(source=row) | Q(target=row)).count() >= MOST:
            raise CannotLink(_("%(number)s has 100 links already.") % {"number": row.reference})
    if kind in {LinkKind.PARENT, LinkKind.PROBLEM}:
        taken = TicketLink.objects.filter(target=target, kind=kind).exists()
        if taken:
            raise CannotLink(
                _("%(number)s has a parent already.") % {"number": target.reference}
                if kind == LinkKind.PARENT
                else _("%(number)s belongs to another problem already.")
                % {"number": target.reference}
            )
    if kind == LinkKind.PARENT and _is_above(target, source):
        raise CannotLink(
            _("%(number)s stands above %(other)s already.")
            % {"number": target.reference, "other": source.reference}
        )
    if kind == LinkKind.PROBLEM:
        problems = TicketLink.objects.filter(kind=kind)
        for row, is_wrong in (
            (source, problems.filter(target=source).exists()),
            (target, problems.filter(source=target).exists()),
        ):
            if is_wrong:
                raise CannotLink(
                    _("%(number)s cannot be a problem and an incident at once.")
                    % {"number": row.reference}
                )


def _is_above(ticket: Ticket, other: Ticket) -> bool:
    """Whether `ticket` is the parent of `other`, or of its parents."""
    here = other.pk
    for _step in range(DEEPEST):
        above = TicketLink.objects.filter(target=here, kind=LinkKind.PARENT).first()
        if above is None:
            return False
        if above.source_id == ticket.pk:
            return True
        here = above.source_id
    raise CannotLink(_("There are too many levels of parents already."))


def _say(event: type[LinkAdded] | type[LinkRemoved], link: TicketLink, actor: Any) -> None:
    """Both histories get an entry, each from its own side."""
    for here, other in ((link.source, link.target), (link.target, link.source)):
        words = gettext(words_of(link.kind, is_source=other.pk == link.source_id))
        record(event(other_id=other.pk, other=other.reference, kind=link.kind, words=words),
               subject=here, actor=actor)  # fmt: skip
