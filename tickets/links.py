"""Links as one ticket sees them: what the other one is to it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from tickets.models import LIVE, LinkKind, Ticket, TicketLink

MOST_SHOWN = 100


@dataclass(frozen=True)
class LinkRole:
    """kind: how it is kept; is_source: whether the other ticket is its source."""

    kind: LinkKind
    is_source: bool
    label: Any


# What the other ticket is, seen from this one. SPLIT is no choice: splitting makes it.
ROLES = {
    "related": LinkRole(LinkKind.RELATED, True, _("Related")),
    "parent": LinkRole(LinkKind.PARENT, True, _("Parent of this ticket")),
    "child": LinkRole(LinkKind.PARENT, False, _("Child of this ticket")),
    "problem": LinkRole(LinkKind.PROBLEM, True, _("The problem behind this ticket")),
    "incident": LinkRole(LinkKind.PROBLEM, False, _("Incident of this problem")),
}
_WORDS = {
    (LinkKind.RELATED, True): gettext_noop("related"),
    (LinkKind.RELATED, False): gettext_noop("related"),
    (LinkKind.PARENT, True): gettext_noop("parent"),
    (LinkKind.PARENT, False): gettext_noop("child"),
    (LinkKind.PROBLEM, True): gettext_noop("problem"),
    (LinkKind.PROBLEM, False): gettext_noop("incident"),
    (LinkKind.SPLIT, True): gettext_noop("split from"),
    (LinkKind.SPLIT, False): gettext_noop("split into"),
}


@dataclass(frozen=True)
class Linked:
    """A link and the ticket at its other end."""

    link: TicketLink
    other: Ticket
    words: str

    @property
    def is_open_incident(self) -> bool:
        return self.link.kind == LinkKind.PROBLEM and self._is_below and self.other.status in LIVE

    @property
    def is_open_child(self) -> bool:
        return self.link.kind == LinkKind.PARENT and self._is_below and self.other.status in LIVE

    @property
    def _is_below(self) -> bool:
        return self.link.target_id == self.other.pk


def words_of(kind: str, *, is_source: bool) -> str:
    """What the ticket at the source, or at the target, is to the other; not translated yet."""
    return _WORDS[LinkKind(kind), is_source]


def links_of(ticket: Ticket, user: Any) -> list[Linked]:
    """The links of a ticket whose other end the person may see. Two queries."""
    links = list(
        TicketLink.objects.filter(Q(source=ticket.pk) | Q(target=ticket.pk))
        .order_by("kind", "pk")[:MOST_SHOWN]
    )  # fmt: skip
    keys = {link.source_id if link.target_id == ticket.pk else link.target_id for link in links}
    if not keys:
        return []
    rows = Ticket.objects.visible_to(user).select_related("customer", "technician").in_bulk(keys)
    found = []
    for link in links:
        is_source = link.target_id == ticket.pk
        other = rows.get(link.source_id if is_source else link.target_id)
        if other is not None:
            found.append(Linked(link, other, words_of(link.kind, is_source=is_source)))
    return found


def open_incidents(ticket: Ticket, user: Any) -> list[Ticket]:
    """Live incidents of a problem which the person may see, oldest first."""
    return [linked.other for linked in links_of(ticket, user) if linked.is_open_incident]
