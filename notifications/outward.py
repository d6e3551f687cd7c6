"""As whom a mail about a ticket goes out, and which mail it answers (SEMANTICS section 6)."""

import re
from email.utils import formataddr

from django.db.models import Case, Q, When

from core.text import one_line
from mailbox.models import Fate, InboundMail, Mailbox
from tickets.models import Ticket

# What may stand between the angle brackets of a header; ids that we made up stay ours.
_ID = re.compile(r"[^\s<>@]+@[^\s<>@]+")
_MADE_UP = "-id.invalid"


def mailbox_of(ticket: Ticket) -> Mailbox | None:
    """Where people wrote about it last; else the mailbox of its category, then of its team.

    None: the desk's own address, as for mail that is about no ticket.
    """
    last = (
        InboundMail.objects.filter(
            ticket=ticket, fate__in=[Fate.CREATED, Fate.APPENDED], mailbox__is_active=True
        )
        .select_related("mailbox")
        .order_by("-pk")
        .first()
    )
    if last is not None:
        return last.mailbox
    by_category = Q(category=ticket.category_id) & ~Q(category=None)
    by_team = Q(category=None, team=ticket.team_id) & ~Q(team=None)
    boxes = Mailbox.objects.filter(by_category | by_team, is_active=True)
    return boxes.order_by(Case(When(by_category, then=0), default=1), "pk").first()


def sender_of(box: Mailbox | None) -> str:
    """The From header; empty for the desk's own."""
    return formataddr((one_line(box.name), box.sender_address or box.address)) if box else ""


def reply_to_of(box: Mailbox | None) -> str:
    """Where answers are read, when that is not the sender."""
    return box.address if box and box.sender_address not in ("", box.address) else ""


def answered_by(ticket: Ticket, address: str) -> str:
    """Message-ID without brackets of the last mail this person wrote about it; "" without one.

    Only their own: an id of somebody else's mail says nothing to their program.
    """
    rows = InboundMail.objects.filter(
        ticket=ticket, from_email__iexact=address, fate__in=[Fate.CREATED, Fate.APPENDED]
    )
    found = rows.order_by("-pk").values_list("header_id", flat=True).first() or ""
    return found if _ID.fullmatch(found) and not found.endswith(_MADE_UP) else ""
