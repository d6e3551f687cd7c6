"""Who works on a ticket: proposal, automatic choice, by hand."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext

from core.events import record
from core.models import EventRecord
from technicians.actions import follow_roles
from technicians.models import Technician
from technicians.ranking import DEPTH, Candidate, JobNeeds, Ranking, Weights, rank
from tickets.actions.lifecycle import free_booking
from tickets.actions.opening import lock, save, touch
from tickets.errors import NotAnOwner
from tickets.events import NoTechnicianFound, TicketAssigned, TicketDeclined, TicketUnassigned
from tickets.experience import language_of, past_results, who_knows
from tickets.models import DeskSettings, DispatchDecision, Status, Ticket

# Who got nothing for this long counts as not given anything: ties go to them first.
GIVEN_RECENTLY = timedelta(days=30)
FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=1)
DISPATCH_LOCK = 0x5D15  # key of the advisory lock that makes automatic choices queue


def needs_of(ticket: Ticket, *, now: datetime | None = None) -> JobNeeds:
    """What the ticket asks of a technician."""
    category, customer = ticket.category, ticket.customer
    needed = category.needed_skills.all() if category else []
    return JobNeeds(
        skills={row.skill_id: row.minimum_level for row in needed},
        place=customer.place,
        postcode=customer.postcode,
        onsite=category.is_onsite if category else False,
        minutes=category.expected_minutes if category else 45,
        language=language_of(ticket),
        priority=ticket.priority,
        customer_id=ticket.customer_id,
        device_id=ticket.device_id,
        now=now or timezone.now(),
        team_id=category.team_id if category else None,
        familiar=who_knows(ticket),
        results=past_results(ticket),
    )


def propose(
    ticket: Ticket,
    *,
    now: datetime | None = None,
    depth: int | None = DEPTH,
    also: Sequence[int] = (),
) -> Ranking:
    """Rank the technicians for the ticket; writes nothing.

    depth: how many of the best, None for everybody. also: ids to place in any case.
    """
    settings = DeskSettings.load()
    weights = Weights(
        skills=settings.weight_skills,
        distance=settings.weight_distance,
        availability=settings.weight_availability,
        load=settings.weight_load,
    )
    work = dict(
        Ticket.objects.filter(status__in=[Status.OPEN, Status.IN_PROGRESS])
        .exclude(technician=None)
        .exclude(pk=ticket.pk)
        .order_by()
        .values_list("technician")
        .annotate(Count("pk"))
    )
    given = dict(
        DispatchDecision.objects.filter(created_at__gte=timezone.now() - GIVEN_RECENTLY)
        .exclude(technician=None)
        .order_by()
        .values_list("technician")
        .annotate(Max("created_at"))
    )
    return rank(
        needs_of(ticket, now=now),
        weights=weights,
        load=work,
        last_given=given,
        depth=depth,
        also=also,
    )


@transaction.atomic
def assign_ticket(
    ticket: Ticket,
    technician: Technician,
    *,
    actor: Any,
    decision: DispatchDecision | None = None,
    is_automatic: bool = False,
) -> Ticket:
    """Give the ticket to a technician; giving it to the one who has it changes nothing.

    The steps of the job (accepted, on my way, started) begin again for somebody new.
    """
    ticket = lock(ticket)
    if ticket.technician_id == technician.pk:
        return ticket
    before = ticket.technician_id
    ticket.technician = technician
    ticket.accepted_at = ticket.on_my_way_at = ticket.started_at = None
    free_booking(ticket, actor=actor)
    # Somebody has it: should it lose them again, that was a person's wish and stays so.
    ticket.decisions.exclude(retry_at=None).update(retry_at=None)
    if not is_automatic:
        touch(ticket)
    save(ticket, "technician", "accepted_at", "on_my_way_at", "started_at", "touched_at", "booking")
    record(
        TicketAssigned(
            from_id=before,
            to_id=technician.pk,
            to_name=str(technician),
            is_automatic=is_automatic,
            why=f" ({decision.summary})" if decision and decision.summary else "",
            is_taken=actor is not None and actor.pk == technician.user_id,
        ),
        subject=ticket,
        actor=actor,
    )
    return ticket


@transaction.atomic
def choose_technician(ticket: Ticket, technician: Technician, *, actor: Any) -> Ticket:
    """A person's choice, perhaps against the ranking; the ranking is kept beside it.

    A colleague of the desk is in no ranking, so none is made.
    """
    if not technician.is_dispatched:
        return assign_ticket(ticket, technician, actor=actor)
    ranking = propose(ticket, also=[technician.pk])
    found = next((c for c in ranking.candidates if c.technician_id == technician.pk), None)
    decision = DispatchDecision.objects.create(
        ticket=ticket,
        technician=technician,
        is_automatic=False,
        score=found.score if found else None,
        summary=_summary(found) if found else "",
        ranking=ranking.to_json(),
    )
    return assign_ticket(ticket, technician, actor=actor, decision=decision)


@transaction.atomic
def take_ticket(ticket: Ticket, *, actor: Any) -> Ticket:
    """Give the ticket to oneself. Raises NotAnOwner for who is neither desk nor technician."""
    people = Technician.objects.assignable().select_related("user")
    # Who joined a moment ago has no profile yet: a worker makes it, or this does.
    technician = people.filter(user=actor).first() or follow_roles(actor)
    if technician is None:
        raise NotAnOwner
    return choose_technician(ticket, technician, actor=actor)


@transaction.atomic
def unassign_ticket(ticket: Ticket, *, actor: Any) -> Ticket:
    """Take the ticket from its technician; it goes back to the unassigned."""
    ticket = lock(ticket)
    if ticket.technician is None:
        return ticket
    left = ticket.technician
    ticket.technician = None
    ticket.accepted_at = ticket.on_my_way_at = ticket.started_at = None
    free_booking(ticket, actor=actor)
    touch(ticket)
    save(ticket, "technician", "accepted_at", "on_my_way_at", "started_at", "touched_at", "booking")
    record(TicketUnassigned(from_id=left.pk, from_name=str(left)), subject=ticket, actor=actor)
    return ticket


@transaction.atomic
def auto_assign(ticket: Ticket, *, actor: Any = None) -> DispatchDecision | None:
    """Choose the best technician for a ticket without one, and keep the whole ranking.

    Who declined the ticket is passed over. Nobody fits: the ticket stays unassigned, the desk is
    told why, once (NoTechnicianFound), and retry_assignments tries again.
    Returns None when somebody already has it or it is done.
    """
    # One choice at a time: two at once would both read the load before either adds to it.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DISPATCH_LOCK])
    ticket = lock(ticket)
    if ticket.technician_id is not None or not ticket.is_live:
        return None
    declined = _declined(ticket)
    ranking = propose(ticket, depth=DEPTH + len(declined))
    ranking.pass_over(declined)
    best = ranking.best
    if best is None:
        return _nobody(ticket, ranking, actor=actor)
    decision = DispatchDecision.objects.create(
        ticket=ticket,
        technician_id=best.technician_id,
        is_automatic=True,
        score=best.score,
        summary=_summary(best),
        ranking=ranking.to_json(),
    )
    technician = Technician.objects.select_related("user").get(pk=best.technician_id)
    assign_ticket(ticket, technician, actor=actor, decision=decision, is_automatic=True)
    return decision


def _nobody(ticket: Ticket, ranking: Ranking, *, actor: Any) -> DispatchDecision:
    """Keep why nobody fits and when to try again; only the first time is news for the desk."""
    now = timezone.now()
    decision = ticket.decisions.exclude(retry_at=None).first()
    if decision is None:
        record(NoTechnicianFound(reason=_why_nobody(ranking)), subject=ticket, actor=actor)
        return DispatchDecision.objects.create(
            ticket=ticket, ranking=ranking.to_json(), retry_at=now + wait_after(1)
        )
    decision.ranking, decision.created_at = ranking.to_json(), now
    decision.save(update_fields=["ranking", "created_at"])
    return decision


def wait_after(tries: int) -> timedelta:
    """How long a ticket that nobody fits rests: twice as long each time, up to an hour."""
    return min(FIRST_WAIT * 2 ** min(tries - 1, 10), LONGEST_WAIT)


def _declined(ticket: Ticket) -> set[int]:
    """Technicians who have declined this ticket."""
    said = EventRecord.objects.filter(
        subject_type="tickets.ticket", subject_id=ticket.pk, name=TicketDeclined.name
    ).values_list("payload__technician_id", flat=True)
    return {pk for pk in said if pk is not None}


def _summary(candidate: Candidate) -> str:
    """Score and reason on one line."""
    words = gettext("score %(score)s: %(reason)s")
    return (words % {"score": round(candidate.score), "reason": candidate.reason})[:400]


def _why_nobody(ranking: Ranking) -> str:
    """One line for the desk: the most common reasons, with counts."""
    if not ranking.unable:
        return gettext("no technician is registered")
    return "; ".join(
        f"{count} × {reason}" if count > 1 else reason for reason, count in ranking.reasons()[:3]
    )
