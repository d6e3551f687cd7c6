"""The doors to search: its page, the palette, and tickets that look alike."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.errors import RuleError
from core.http import is_partial
from core.permissions import require
from devices.models import Device
from tickets import permissions
from tickets.models import Ticket
from tickets.queue import VIEWS
from tickets.search import search as search_all
from tickets.search_words import MOST_CHARACTERS
from tickets.similar import Problem, alike, helpful_articles

PALETTE_TICKETS, PALETTE_OTHERS = 6, 3
_TICKET_PAGE = re.compile(r"/tickets/(\d{1,15})/")
EXAMPLES = (
    "status:waiting", "assignee:me", "assignee:nobody", "team:field", "priority:urgent",
    "customer:\"acme dental\"", "device:laserpro", "after:7d", "before:2026-01-31",
    "is:overdue", "has:file", "\"paper jam\"", "toner -cyan",
)  # fmt: skip


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """One box over tickets, articles, customers, contacts and devices."""
    typed = request.GET.get("q", "")
    context: dict[str, Any] = {"typed": typed[: MOST_CHARACTERS * 4], "examples": EXAMPLES}
    status = 200
    try:
        context["found"] = search_all(typed, request.user, is_exact="exact" in request.GET)
    except RuleError as error:
        context["problem"], status = error.message, error.status
    template = "tickets/search.html" + ("#found" if is_partial(request) else "")
    if is_partial(request):
        status = 200  # htmx would not show the sentence
    return render(request, template, context, status=status)


@require_GET
def palette(request: HttpRequest) -> HttpResponse:
    """What the palette lists for the words typed so far; at: the page it was opened on."""
    typed = request.GET.get("q", "").strip()
    context: dict[str, Any] = {"typed": typed, "needle": typed.casefold()}
    if typed:
        try:
            context["found"] = search_all(
                typed, request.user, tickets=PALETTE_TICKETS, others=PALETTE_OTHERS,
                with_counts=False,
            )  # fmt: skip
        except RuleError as error:
            context["problem"] = error.message
    context["commands"] = _commands(request, typed.casefold())
    return render(request, "tickets/_palette.html", context)


def _commands(request: HttpRequest, needle: str) -> list[dict[str, Any]]:
    """What one can do or open; only what the reader may, and only what the words name."""
    user: Any = request.user
    found: list[dict[str, Any]] = _of_ticket(request)
    if permissions.can_open_for_any_customer(user):
        found.append({"label": _("New ticket"), "icon": "plus", "url": reverse("tickets:create")})
    found += [
        {"label": _("Tickets: %(view)s") % {"view": view.label}, "icon": view.icon,
         "url": reverse("tickets:view", args=[view.slug])}
        for view in VIEWS.values()
    ]  # fmt: skip
    return [command for command in found if needle in str(command["label"]).casefold()]


def _of_ticket(request: HttpRequest) -> list[dict[str, Any]]:
    """What can be done to the ticket whose page is open."""
    match = _TICKET_PAGE.match(request.GET.get("at", ""))
    if match is None:
        return []
    user: Any = request.user
    rows = Ticket.objects.visible_to(user).select_related("technician")
    ticket = rows.filter(pk=match[1]).first()
    if ticket is None or not permissions.can_assign(user, ticket):
        return []
    if ticket.technician and ticket.technician.user_id == user.pk:
        return []
    return [
        {
            "label": _("Assign to me"),
            "icon": "user-check",
            "action": reverse("tickets:assign", args=[ticket.pk]),
            "name": "technician",
            "value": "me",
        }
    ]


@require_GET
def similar(request: HttpRequest, pk: int) -> HttpResponse:
    """Resolved tickets like this one, for its rail."""
    rows = Ticket.objects.visible_to(request.user).select_related("device")
    ticket = get_object_or_404(rows, pk=pk)
    problem = Problem(
        ticket.subject,
        ticket.description,
        ticket.device.product_id if ticket.device else None,
        but=ticket.pk,
    )
    return _show_similar(request, problem)


@require_GET
def portal_articles(request: HttpRequest) -> HttpResponse:
    """Articles for the problem a customer is typing: they may answer it before it is sent."""
    found = helpful_articles(_typed(request), request.user)
    return render(request, "tickets/portal_articles.html", {"articles": found})


def _typed(request: HttpRequest) -> Problem:
    """The problem as far as it is typed."""
    device = _device(request)
    return Problem(
        request.GET.get("subject", "")[:200],
        request.GET.get("description", "")[:2_000],
        device.product_id if device else None,
    )


@require_GET
def similar_words(request: HttpRequest) -> HttpResponse:
    """Resolved tickets like the problem somebody is typing."""
    require(permissions.can_open_for_any_customer(request.user))
    return _show_similar(request, _typed(request))


def _device(request: HttpRequest) -> Device | None:
    key = request.GET.get("device", "")
    if not re.fullmatch(r"\d{1,18}", key, re.ASCII):
        return None
    return Device.objects.visible_to(request.user).filter(pk=key).first()


def _show_similar(request: HttpRequest, problem: Problem) -> HttpResponse:
    context = {"found": alike(problem, request.user), "is_new": problem.but is None}
    return render(request, "tickets/_similar.html", context)
