"""The technician's phone: today's jobs, one job, and its one big button.

Accept → On my way (visits only) → Start work → Finish (servicelogs:field_finish).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from attachments.responses import file_response
from core.errors import RuleError
from technicians.models import Availability
from technicians.ranking import drive_minutes, road_km
from tickets import actions
from tickets.models import Message, MessageKind, Ticket, TicketFile
from tickets.timeline import shown_files

MOST_JOBS = 100
MOST_NOTES = 10


@dataclass(frozen=True)
class Job:
    """A ticket as the phone shows it. step: accept, go, start, finish or done."""

    ticket: Ticket
    step: str
    is_visit: bool
    km: float | None
    minutes: int | None
    at: datetime | None
    length_minutes: int | None

    @property
    def number(self) -> int:
        """Steps behind it, for the four bars."""
        return {"accept": 0, "go": 1, "start": 2 if self.is_visit else 1, "finish": 3}.get(
            self.step, 4
        )


def as_job(ticket: Ticket) -> Job:
    """Work out step and drive from what the ticket and its technician say; no queries."""
    booking, technician = ticket.booking, ticket.technician
    is_visit = bool(booking or (ticket.category and ticket.category.is_onsite))
    home = technician.home if technician else None
    place = ticket.customer.place
    km = road_km(home, place) if is_visit and home and place else None
    return Job(
        ticket=ticket,
        step=step_of(ticket, is_visit),
        is_visit=is_visit,
        km=km,
        minutes=drive_minutes(km) if km is not None else None,
        at=booking.starts_at if booking else None,
        length_minutes=(
            int((booking.ends_at - booking.starts_at).total_seconds() // 60) if booking else None
        ),
    )


def step_of(ticket: Ticket, is_visit: bool) -> str:
    """What the big button does next."""
    if not ticket.is_live:
        return "done"
    if ticket.accepted_at is None:
        return "accept"
    if ticket.started_at is not None:
        return "finish"
    return "go" if is_visit and ticket.on_my_way_at is None else "start"


def _mine(request: HttpRequest) -> models.QuerySet:
    return Ticket.objects.visible_to(request.user).mine(request.user).with_row()


@require_GET
def field_today(request: HttpRequest) -> HttpResponse:
    """What to do next, what else is to do, and what was done today."""
    rows = _mine(request).live().order_by(
        models.F("booking__starts_at").asc(nulls_last=True), "priority", "opened_at", "pk"
    )  # fmt: skip
    jobs = [as_job(ticket) for ticket in rows[:MOST_JOBS]]
    new = [job for job in jobs if job.step == "accept"]
    taken = [job for job in jobs if job.step != "accept"]
    # Whoever is at work, or on the road, goes on with that first.
    taken.sort(key=lambda job: -job.number if job.number > 1 else 0)
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    done = _mine(request).filter(resolved_at__gte=midnight).order_by("-resolved_at")[:MOST_JOBS]
    context = {
        "next": taken[0] if taken else None,
        "new": new,
        "later": taken[1:],
        "done": done,
        "total": len(jobs) + len(done),
        "technician": getattr(request.user, "technician", None),
        "availabilities": Availability.choices,
        "now": timezone.now(),
    }
    return render(request, "tickets/field_today.html", context)


@require_GET
def field_job(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything needed at the door."""
    return _show(request, get_object_or_404(_mine(request), pk=pk))


def _show(request: HttpRequest, ticket: Ticket, *, status: int = 200, **more: Any) -> HttpResponse:
    notes = Message.objects.filter(ticket=ticket, kind=MessageKind.NOTE).order_by("-created_at")
    replies = ticket.messages.filter(kind=MessageKind.REPLY).order_by("-created_at")
    context = {
        "job": as_job(ticket),
        "ticket": ticket,
        "notes": notes[:MOST_NOTES],
        "replies": replies[:MOST_NOTES],
        "files": shown_files(
            ticket.files.select_related("stored").order_by("pk"), "tickets:field_attachment"
        ),
        "contact": ticket.requester,
        "now": timezone.now(),
    }
    return render(request, "tickets/field_job.html", context | more, status=status)


@require_POST
def field_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the job."""
    ticket = get_object_or_404(_mine(request), pk=pk)
    return _step(request, ticket, lambda: actions.accept_job(ticket, actor=request.user))


@require_POST
def field_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the job back, with the reason."""
    ticket = get_object_or_404(_mine(request), pk=pk)
    reason = request.POST.get("reason", "").replace("\x00", "")
    if not reason.strip():
        words = _("Say why, so that the desk can find somebody else.")
        return _show(request, ticket, status=422, decline_error=words)
    try:
        actions.decline_job(ticket, reason, actor=request.user)
    except RuleError as error:
        messages.warning(request, str(error.message))
        return redirect("tickets:field_job", pk=pk)
    messages.success(request, _("%(job)s went back to the desk.") % {"job": ticket.reference})
    return redirect("tickets:field_today")


@require_POST
def field_on_my_way(request: HttpRequest, pk: int) -> HttpResponse:
    """Set off; the customer is told."""
    ticket = get_object_or_404(_mine(request), pk=pk)
    minutes = as_job(ticket).minutes

    def go() -> None:
        actions.go_on_my_way(ticket, actor=request.user, travel_minutes=minutes)
        messages.success(request, _("Drive safely. The customer is told."))

    return _step(request, ticket, go)


@require_POST
def field_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the work."""
    ticket = get_object_or_404(_mine(request), pk=pk)
    return _step(request, ticket, lambda: actions.start_work(ticket, actor=request.user))


def _step(request: HttpRequest, ticket: Ticket, act: Any) -> HttpResponse:
    """Do it and show the job; a step that does not fit any more says so kindly."""
    try:
        act()
    except RuleError as error:
        messages.warning(request, str(error.message))
    return redirect("tickets:field_job", pk=ticket.pk)


@require_GET
def field_attachment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file of one's own job."""
    rows = TicketFile.objects.filter(ticket__in=_mine(request).order_by().values("pk"))
    found = get_object_or_404(rows.select_related("stored"), pk=pk)
    return file_response(found.stored, inline="show" in request.GET)
