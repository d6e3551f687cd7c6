"""Answering the incidents of a problem together: one reply each, by the rules of a single reply."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils.translation import gettext_lazy as _

from core.errors import RuleError
from tickets import permissions
from tickets.actions import NewReply, send_reply
from tickets.actions.clocks import record
from tickets.actions.locks import links_one_at_a_time, lock_all
from tickets.bulk import Change, Result, run_bulk
from tickets.events import IncidentsAnswered
from tickets.links import open_incidents
from tickets.models import Message, MessageKind, Status, Ticket
from tickets.placeholders import fill, problem_words


class NotFilled(RuleError):
    """A placeholder that has no value on this ticket, which nobody would see before it goes."""

    status = 422


@dataclass(frozen=True)
class Incident:
    """An open incident as the page shows it. seen: its newest message, 0 without one.

    is_waiting: a reply to its customer has been written and has not gone out yet.
    """

    ticket: Ticket
    seen: int
    may_answer: bool
    is_waiting: bool

    @property
    def value(self) -> str:
        """What its box sends: the ticket and what was read of it."""
        return f"{self.ticket.pk}:{self.seen}"


def incidents_of(problem: Ticket, user: Any) -> list[Incident]:
    """The open incidents the person may see, oldest link first. Three queries."""
    tickets = open_incidents(problem, user)
    said = Message.objects.filter(ticket__in=tickets).order_by().values("ticket")
    rows = said.annotate(
        newest=Max("pk"), waiting=Count("pk", filter=Q(kind=MessageKind.OUT))
    ).values_list("ticket", "newest", "waiting")
    known = {key: (newest, bool(waiting)) for key, newest, waiting in rows}
    found = []
    for ticket in tickets:
        newest, is_waiting = known.get(ticket.pk, (0, False))
        found.append(Incident(ticket, newest, permissions.can_reply(user, ticket), is_waiting))
    return found


@transaction.atomic
def answer_incidents(
    problem: Ticket, chosen: Mapping[int, int], body: str, *, resolves: bool, actor: Any
) -> list[Result]:
    """Send `body`, its placeholders filled, to each chosen ticket; one refusal stops no other.

    chosen: key of an incident -> key of the newest message the person has read of it. What is no
    open incident of the problem (any more) is refused like a ticket that is not there. Each reply
    waits in the outbox, can be undone there, and takes the state with it.
    """
    links_one_at_a_time()
    current = {row.pk: row for row in open_incidents(problem, actor) if row.pk in chosen}
    lock_all([problem, *current.values()])

    def reply(ticket: Ticket, user: Any) -> None:
        if ticket.pk not in current:
            raise RuleError(_("It is no open incident of this problem any more."))
        row = Ticket.objects.with_row().get(pk=ticket.pk)
        filled = fill(body, row, user)
        if not filled.is_whole:
            raise NotFilled(problem_words(filled))
        new = NewReply(
            filled.text,
            set_status=Status.RESOLVED if resolves else "",
            seen=chosen[ticket.pk],
            kept=None,
        )
        send_reply(row, new, actor=user)

    results = run_bulk(actor, sorted(chosen), Change(_("Reply"), permissions.can_reply, reply))
    answered = [result.pk for result in results if result.is_done]
    if answered:
        record(IncidentsAnswered(count=len(answered)), subject=problem, actor=actor)
    return results
