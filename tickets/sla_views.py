"""Doors of promises: policies for managers, the clocks of a ticket, its due date by hand."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.conflicts import conflict_page
from core.errors import RuleError
from core.http import add_rule_error
from core.permissions import require
from tickets import permissions
from tickets.actions.due import clear_due_date, set_due_date
from tickets.actions.policies import change_policy, create_policy, delete_policy, move_policy
from tickets.models import ClockRun, SlaPolicy, Ticket
from tickets.sla_forms import DueForm, PolicyForm
from tickets.sla_picture import promises_of


@require_GET
def policies(request: HttpRequest) -> HttpResponse:
    """All policies in the order they are tried, and how far the computation is."""
    require(permissions.can_change_settings(request.user))
    rows = SlaPolicy.objects.visible_to(request.user).select_related("calendar").in_order()
    context = {
        "policies": rows.prefetch_related("categories", "customers"),
        "run": ClockRun.objects.first(),
    }
    return render(request, "tickets/policies.html", context)


@require_GET
def policy_progress(request: HttpRequest) -> HttpResponse:
    """How far the computation of open tickets is."""
    require(permissions.can_change_settings(request.user))
    return render(request, "tickets/_policy_progress.html", {"run": ClockRun.objects.first()})


def policy_create(request: HttpRequest) -> HttpResponse:
    """Promise something new; the first policy for every ticket is the default one."""
    require(permissions.can_change_settings(request.user))
    is_default = "default" in request.GET
    form = PolicyForm(request.POST or None, instance=SlaPolicy(is_default=is_default))
    if request.method == "POST" and form.is_valid():
        try:
            made = create_policy(actor=request.user, is_default=is_default, **form.chosen)
        except RuleError as error:
            add_rule_error(form, error)
        else:
            messages.success(request, _("%(name)s saved.") % {"name": made})
            return redirect("tickets:policies")
    context = {"form": form, "is_default": is_default}
    status = 422 if form.errors else 200
    return render(request, "tickets/policy_create.html", context, status=status)


def policy_for(request: HttpRequest, pk: int, *, lock: bool = False) -> SlaPolicy:
    """The policy of the address, for somebody who may change it; else 404 or 403."""
    rows = SlaPolicy.objects.visible_to(request.user)
    found = get_object_or_404(rows.select_for_update() if lock else rows, pk=pk)
    require(permissions.can_change_settings(request.user))
    return found


def policy(request: HttpRequest, pk: int) -> HttpResponse:
    """One policy, to be changed; the second of two savers meets the conflict page."""
    with transaction.atomic():
        stored = policy_for(request, pk, lock=request.method == "POST")
        form = PolicyForm(request.POST or None, instance=stored)
        if request.method == "POST" and form.is_valid():
            if form.stale_conflicts:
                return conflict_page(request, form, cancel_url=stored.get_absolute_url())
            try:
                with transaction.atomic():
                    change_policy(stored, form.chosen, actor=request.user)
            except RuleError as error:
                add_rule_error(form, error)
            else:
                messages.success(request, _("%(name)s saved.") % {"name": stored})
                return redirect("tickets:policies")
    context = {"form": form, "policy": policy_for(request, pk)}
    return render(request, "tickets/policy.html", context, status=422 if form.errors else 200)


@require_POST
def policy_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Try it earlier, or later."""
    stored = policy_for(request, pk)
    try:
        move_policy(stored, up=request.POST.get("way") == "up", actor=request.user)
    except RuleError as error:
        messages.error(request, str(error))
    return redirect("tickets:policies")


@require_POST
def policy_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Promise it no more."""
    stored = policy_for(request, pk)
    name = str(stored)
    delete_policy(stored, actor=request.user)
    messages.success(request, _("%(name)s deleted.") % {"name": name})
    return redirect("tickets:policies")


def _ticket(request: HttpRequest, pk: int) -> Ticket:
    return get_object_or_404(Ticket.objects.visible_to(request.user), pk=pk)


@require_GET
def clocks(request: HttpRequest, pk: int) -> HttpResponse:
    """The card of the clocks on the ticket's rail."""
    ticket = _ticket(request, pk)
    return render(request, "tickets/_clocks.html", _promises(request, ticket))


def why(request: HttpRequest, pk: int) -> HttpResponse:
    """Why it is due then: every hour of its clocks. A post sets the due date by hand."""
    ticket = _ticket(request, pk)
    if request.method != "POST":
        return render(request, "tickets/why.html", _promises(request, ticket))
    require(permissions.can_edit(request.user, ticket))
    if "clear" in request.POST:
        clear_due_date(ticket, actor=request.user)
        messages.success(request, _("The computed due date counts again."))
        return redirect(ticket)
    form = DueForm(request.POST)
    if form.is_valid():
        try:
            set_due_date(ticket, form.cleaned_data["due_at"], actor=request.user)
        except RuleError as error:
            add_rule_error(form, error)
        else:
            messages.success(request, _("Due date set."))
            return redirect(ticket)
    context = _promises(request, ticket) | {"due_form": form}
    return render(request, "tickets/why.html", context, status=422)


def _promises(request: HttpRequest, ticket: Ticket) -> dict[str, Any]:
    now = timezone.now()
    promises = promises_of(ticket, now=now)
    manual = promises.manual
    return {
        "ticket": ticket,
        "promises": promises,
        "due_form": DueForm(initial={"due_at": manual.due_at} if manual else None),
        "can_edit": permissions.can_edit(request.user, ticket) and ticket.is_live,
    }
