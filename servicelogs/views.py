"""Work entries at the desk."""

from typing import Any

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from attachments.responses import file_response
from core.errors import RuleError
from core.http import add_rule_error
from core.pages import Column, ListPage
from core.permissions import require
from core.submissions import made_before, once
from devices.models import Device
from servicelogs import actions
from servicelogs.filters import ServiceLogFilter
from servicelogs.forms import DeskLogForm, values_of
from servicelogs.models import LogFile, ServiceLog
from servicelogs.permissions import can_correct_log, can_log_work
from servicelogs.repeats import repeats_of
from tickets.models import DeskSettings, Ticket

DEVICE_PANEL_LIMIT = 20


class Index(ListPage):
    """All work of the tickets one may see."""

    model, filterset, sort = ServiceLog, ServiceLogFilter, "-logged"
    template = "servicelogs/index.html"
    columns = [
        Column("logged", gettext_lazy("Logged"), "created_at", "created_at"),
        Column("done", gettext_lazy("What was done")),
        Column("ticket", gettext_lazy("Ticket"), "ticket_id", lambda entry: entry.ticket.reference),
        Column("customer", gettext_lazy("Customer"), "ticket__customer__name", "ticket.customer"),
        Column("author", gettext_lazy("By"), "author_name", "author_name"),
        Column("kind", gettext_lazy("Kind"), "kind"),
        Column("minutes", gettext_lazy("Minutes"), "minutes", css="num"),
    ]

    def rows(self) -> models.QuerySet:
        return super().rows().with_row()

    def context(self) -> dict[str, Any]:
        filterset = self.filterset(self.request.GET, queryset=super().rows(), request=self.request)
        found = filterset.qs if filterset.form.is_valid() else filterset.queryset.none()
        return {"total_minutes": found.total_minutes()}


def ticket_for(request: HttpRequest, pk: int) -> Ticket:
    """The ticket among those the person may see; else 404."""
    rows = Ticket.objects.visible_to(request.user).with_row()
    return get_object_or_404(rows, pk=pk)


def create(request: HttpRequest, pk: int) -> HttpResponse:
    """Log work on a ticket."""
    ticket = ticket_for(request, pk)
    if made_before(request) is not None:
        return redirect(ticket)
    require(can_log_work(request.user, ticket))
    form = DeskLogForm()
    if request.method == "POST":
        form = DeskLogForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                once(
                    form.submission,
                    lambda: actions.log_work(ticket, actor=request.user, **form.work),
                    actor=request.user,
                )
            except RuleError as error:
                add_rule_error(form, error)
            else:
                messages.success(request, _("Work logged."))
                return redirect(ticket)
    return _show(request, ticket, form)


def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Replace an entry by a new one; both stay readable."""
    rows = ServiceLog.objects.visible_to(request.user).with_row()
    entry = get_object_or_404(rows, pk=pk)
    if made_before(request) is not None:
        return redirect(entry.ticket)
    require(can_correct_log(request.user, entry))
    form = DeskLogForm(initial=values_of(entry))
    if request.method == "POST":
        form = DeskLogForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                once(
                    form.submission,
                    lambda: actions.log_work(
                        entry.ticket,
                        actor=request.user,
                        technician=entry.technician,
                        corrects=entry,
                        **form.work,
                    ),
                    actor=request.user,
                )
            except RuleError as error:
                add_rule_error(form, error)
            else:
                messages.success(request, _("The entry was corrected. The old one stays readable."))
                return redirect(entry.ticket)
    return _show(request, entry.ticket, form, entry)


def _show(
    request: HttpRequest, ticket: Ticket, form: DeskLogForm, entry: ServiceLog | None = None
) -> HttpResponse:
    page = "servicelogs/correct.html" if entry else "servicelogs/create.html"
    context = {"ticket": ticket, "form": form, "entry": entry}
    return render(request, page, context, status=422 if form.errors else 200)


@require_GET
def entries(request: HttpRequest, pk: int) -> HttpResponse:
    """The section "Work done", for the ticket page and the phone."""
    ticket = ticket_for(request, pk)
    rows = list(
        ServiceLog.objects.filter(ticket=ticket)
        .visible_to(request.user)
        .with_row()
        .order_by("created_at", "pk")
    )
    standing = [row for row in rows if not hasattr(row, "corrected_by")]
    context = {
        "ticket": ticket,
        "rows": [(row, can_correct_log(request.user, row)) for row in rows],
        "total_minutes": sum(row.minutes for row in standing),
        "can_log": can_log_work(request.user, ticket),
        "is_field": "field" in request.GET,
    }
    return render(request, "servicelogs/entries.html", context)


@require_GET
def device_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest work on a device, for the device page."""
    device = get_object_or_404(Device.objects.visible_to(request.user), pk=pk)
    rows = ServiceLog.objects.filter(ticket__device=device).visible_to(request.user).standing()
    found = rows.with_row().order_by("-created_at", "-pk")[:DEVICE_PANEL_LIMIT]
    return render(request, "servicelogs/device_panel.html", {"entries": found})


@require_GET
def repeat_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """How often this device was reported lately, and what fixed it last time."""
    ticket = ticket_for(request, pk)
    repeats = repeats_of(ticket, days=DeskSettings.load().repeat_days)
    # A technician may read what fixed it although the old ticket was a colleague's, but only
    # gets a link to a page that opens.
    visible = Ticket.objects.visible_to(request.user)
    may_open = bool(repeats.fixed) and visible.filter(pk=repeats.fixed.pk).exists()
    context = {"ticket": ticket, "repeats": repeats, "may_open": may_open}
    return render(request, "servicelogs/repeat_panel.html", context)


@require_GET
def attachment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A photo of an entry the person may see."""
    rows = LogFile.objects.filter(log__in=ServiceLog.objects.visible_to(request.user))
    found = get_object_or_404(rows.select_related("stored"), pk=pk)
    return file_response(found.stored, inline="show" in request.GET)
