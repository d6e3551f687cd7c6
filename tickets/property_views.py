"""Doors of the properties in the rail."""

from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from core.http import is_partial
from core.permissions import require
from tickets.models import Ticket
from tickets.properties import PROPERTIES, Control, Property, PropertyForm, control, save_property


def _ticket(request: HttpRequest, pk: int, *, lock: bool = False) -> Ticket:
    rows = Ticket.objects.visible_to(request.user).with_row().select_related("team")
    return get_object_or_404(rows.select_for_update(of=("self",)) if lock else rows, pk=pk)


def _property(name: str) -> Property:
    if name not in PROPERTIES:
        raise Http404
    return PROPERTIES[name]


@require_GET
def properties(request: HttpRequest, pk: int) -> HttpResponse:
    """All controls of the rail."""
    ticket = _ticket(request, pk)
    controls = [control(one, ticket, request.user) for one in PROPERTIES.values()]
    return render(request, "tickets/_properties.html", {"ticket": ticket, "controls": controls})


def field(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One control: as it stands, or saved."""
    one = _property(name)
    if request.method != "POST":
        ticket = _ticket(request, pk)
        found = control(one, ticket, request.user)
        found.is_saved = "kept" in request.GET  # a choice like saving: the page follows
        return _show(request, found)
    return _save(request, pk, one)


@require_POST
def _save(request: HttpRequest, pk: int, one: Property) -> HttpResponse:
    form = PropertyForm(request.POST)
    with transaction.atomic():
        ticket = _ticket(request, pk, lock=True)
        require(one.allowed(request.user, ticket))
        if not form.is_valid() or "was" not in request.POST or "value" not in request.POST:
            raise BadRequest("a value and the one it replaces are needed")
        data = form.cleaned_data
        found = save_property(
            one, ticket, data["value"], was=data["was"], resolution=data["resolution"],
            actor=request.user,
        )  # fmt: skip
    if found.is_saved and not is_partial(request):
        return redirect("tickets:detail", pk=pk)
    return _show(request, found)


def _show(request: HttpRequest, found: Control) -> HttpResponse:
    status = 409 if found.theirs else 422 if found.error else 200
    context = {"control": found, "ticket": found.ticket}
    if found.is_saved:
        # What follows from it: the head of the page, and the team a category brings.
        context["team"] = (
            control(PROPERTIES["team"], found.ticket, request.user)
            if found.name == "category"
            else None
        )
    answer = render(request, "tickets/_property_saved.html" if found.is_saved else
                    "tickets/_property.html", context, status=status)  # fmt: skip
    if found.is_saved:
        answer["HX-Trigger"] = "property-saved"
    return answer
