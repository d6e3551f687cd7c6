"""The desk's pages about technicians."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core.conflicts import conflict_page
from core.errors import RuleError
from core.http import add_rule_error
from core.pages import Column, DetailPage, ListPage
from core.permissions import require
from core.week_form import WEEKDAYS, HoursForm
from core.week_form import Hours as HoursRows
from technicians import actions, permissions
from technicians.filters import TechnicianFilter
from technicians.forms import NewTechnicianForm, TechnicianForm, TimeOffForm
from technicians.models import Availability, Technician, TimeOff

MOST_ROWS = 50


def skills_in_words(technician: Technician) -> str:
    """For the file: "Printers 4, Networks 3"."""
    return ", ".join(f"{row.skill} {row.level}" for row in technician.skill_levels.all())


class Index(ListPage):
    """All technicians."""

    model, filterset, template = Technician, TechnicianFilter, "technicians/index.html"
    sort = "name"
    columns = [
        Column("name", gettext_lazy("Name"), "user__name", "user.name"),
        Column("availability", gettext_lazy("Now"), "availability"),
        Column("skills", gettext_lazy("Skills and level"), export=skills_in_words),
        Column("service_radius_km", gettext_lazy("Area"), "service_radius_km"),
        Column("daily_capacity", gettext_lazy("Jobs a day"), "daily_capacity", css="num"),
    ]

    def rows(self) -> models.QuerySet:
        rows = super().rows().with_row()
        return rows if self.request.GET.get("at_desk") else rows.dispatched()

    def context(self) -> dict[str, Any]:
        return {"can_create": permissions.can_create_technician(self.request.user)}


class Detail(DetailPage):
    """Profile, hours, time off and bookings of one technician."""

    model, template = Technician, "technicians/detail.html"

    def context(self) -> dict[str, Any]:
        technician, user, now = self.record, self.request.user, timezone.now()
        rows = list(technician.working_hours.all())
        week = [
            (label, [row for row in rows if row.weekday == weekday])
            for weekday, label in enumerate(WEEKDAYS)
        ]
        return {
            "week": week if rows else [],
            "skill_levels": technician.skill_levels.select_related("skill").order_by(
                "-level", "skill__name"
            ),
            "time_off": technician.time_off.filter(ends_at__gt=now)[:MOST_ROWS],
            "bookings": technician.bookings.filter(ends_at__gt=now, cancelled_at=None)[:MOST_ROWS],
            "teams": technician.user.teams.all(),
            "availabilities": Availability.choices,
            "can_edit": permissions.can_edit_technician(user, technician),
            "can_set_availability": permissions.can_set_availability(user, technician),
            "can_plan_time_off": permissions.can_plan_time_off(user, technician),
            "now": now,
        }


def technician_for(request: HttpRequest, pk: int, *, lock: bool = False) -> Technician:
    """The technician among those the person may see; else 404."""
    rows = Technician.objects.visible_to(request.user).select_related("user")
    if lock:
        rows = rows.select_for_update(of=("self",))
    return get_object_or_404(rows, pk=pk)


def create(request: HttpRequest) -> HttpResponse:
    """Make a profile for a colleague."""
    require(permissions.can_create_technician(request.user))
    form = NewTechnicianForm()
    if request.method == "POST":
        form = NewTechnicianForm(request.POST)
        if form.is_valid():
            try:
                with transaction.atomic():
                    fields = {name: form.cleaned_data[name] for name in actions.EDITABLE}
                    made = actions.create_technician(
                        form.cleaned_data["user"],
                        actor=request.user,
                        skills=form.changed_levels(),
                        **fields,
                    )
            except RuleError as error:
                add_rule_error(form, error)
            else:
                messages.success(request, _("%(name)s saved. Now the hours.") % {"name": made})
                return redirect("technicians:hours", pk=made.pk)
    context = {"form": form}
    status = 422 if form.errors else 200
    return render(request, "technicians/create.html", context, status=status)


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the profile; the second of two savers meets the conflict page."""
    with transaction.atomic():
        technician = technician_for(request, pk, lock=request.method == "POST")
        require(permissions.can_edit_technician(request.user, technician))
        form = TechnicianForm(request.POST or None, instance=technician)
        if request.method == "POST" and form.is_valid():
            if form.stale_conflicts:
                return conflict_page(request, form, cancel_url=technician.get_absolute_url())
            actions.update_technician(
                technician, form.merged_data, actor=request.user, skills=form.changed_levels()
            )
            messages.success(request, _("%(name)s saved.") % {"name": technician})
            return redirect(technician)
    context = {"form": form, "technician": technician_for(request, pk)}
    status = 422 if form.errors else 200
    return render(request, "technicians/edit.html", context, status=status)


@require_POST
def availability(request: HttpRequest, pk: int) -> HttpResponse:
    """The switch: available, busy, off."""
    technician = technician_for(request, pk)
    require(permissions.can_set_availability(request.user, technician))
    wanted = request.POST.get("availability", "")
    if wanted not in Availability.values:
        raise BadRequest("no such availability")
    actions.set_availability(technician, wanted, actor=request.user)
    if request.POST.get("next") == "field":
        return redirect("tickets:field_today")
    return redirect(technician)


def hours(request: HttpRequest, pk: int) -> HttpResponse:
    """The weekly hours."""
    technician = technician_for(request, pk)
    require(permissions.can_edit_technician(request.user, technician))
    form = HoursForm(request.POST or None, stored=_hours_of(technician))
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_hours(technician, form.hours, actor=request.user)
        except RuleError as error:
            add_rule_error(form, error)
        else:
            messages.success(request, _("Working hours saved."))
            return redirect(technician)
    context = {"form": form, "technician": technician}
    status = 422 if form.errors else 200
    return render(request, "technicians/hours.html", context, status=status)


def _hours_of(technician: Technician) -> HoursRows:
    return list(technician.working_hours.values_list("weekday", "starts_minutes", "ends_minutes"))


def time_off_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan time off."""
    technician = technician_for(request, pk)
    require(permissions.can_plan_time_off(request.user, technician))
    form = TimeOffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_time_off(technician, actor=request.user, **form.cleaned_data)
        except RuleError as error:
            add_rule_error(form, error)
        else:
            messages.success(request, _("Time off planned."))
            return redirect(technician)
    context = {"form": form, "technician": technician}
    status = 422 if form.errors else 200
    return render(request, "technicians/time_off_create.html", context, status=status)


@require_POST
def time_off_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a planned time off back."""
    visible = Technician.objects.visible_to(request.user)
    planned = get_object_or_404(TimeOff.objects.filter(technician__in=visible), pk=pk)
    require(permissions.can_plan_time_off(request.user, planned.technician))
    actions.remove_time_off(planned, actor=request.user)
    messages.success(request, _("The time off was taken back."))
    return redirect(planned.technician)
