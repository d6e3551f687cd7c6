"""Naming colleagues in a note."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tickets.actions.clocks import record
from tickets.actions.people import add_follower
from tickets.errors import CannotMention
from tickets.events import StaffMentioned
from tickets.mentions import MOST, named_in, readers
from tickets.models import Mention, Message, Ticket


@transaction.atomic
def mention_people(ticket: Ticket, message: Message, *, actor: Any) -> list[Mention]:
    """Store whom a new note names; they follow the ticket from now on and are told.

    ticket: locked. Raises CannotMention for somebody who may not see it, and for too many.
    """
    found = named_in(message.body)
    people = {user.pk: (user, name) for name, users in found.items() for user in users}
    if not people:
        return []
    if len(people) > MOST:
        raise CannotMention(_("Mention up to %(limit)s people in one note.") % {"limit": MOST})
    may_see = set(readers(ticket).filter(pk__in=people).values_list("pk", flat=True))
    for name, users in found.items():
        # Of two people with one name, the one who may see the ticket is meant.
        if not any(user.pk in may_see for user in users):
            raise CannotMention(
                _("%(name)s cannot see this ticket and would not be told. Add them to its team, "
                  "or write the name without @.") % {"name": name}
            )  # fmt: skip
    rows = Mention.objects.bulk_create(
        Mention(message=message, user=user, name=name[:150])
        for pk, (user, name) in people.items()
        if pk in may_see
    )
    for row in rows:
        if row.user_id != getattr(actor, "pk", None):
            add_follower(ticket, row.user, actor=actor)
    record(
        StaffMentioned(
            message_id=message.pk,
            user_ids=[row.user_id for row in rows],
            names=", ".join(row.name for row in rows),
        ),
        subject=ticket,
        actor=actor,
    )
    return rows
