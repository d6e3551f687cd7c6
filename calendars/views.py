"""The desk's pages about calendars, for managers."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from calendars import actions
from calendars.filters import CalendarFilter
from calendars.forms import CalendarForm, CalendarHoursForm, OwnDayForm
from calendars.hours import holidays_in, to_worktime
from calendars.models import Calendar, OwnDay
from calendars.permissions import can_edit_calendars
from calendars.preview import frames_words, year_of
from core.conflicts import conflict_page
from core.errors import RuleError
from core.http import add_rule_error
from core.pages import Column, DetailPage, ListPage
from core.permissions import require
from core.week_form import WEEKDAYS
from core.week_form import Hours as WeekHours

YEARS_SHOWN = 2  # of holidays with ticks: this one and the next
OFFICE_HOURS = [(day, 540, 1020) for day in range(5)]


class Index(ListPage):
    """All calendars."""

    model, filterset, template = Calendar, CalendarFilter, "calendars/index.html"
    sort = "name"
    columns = [
        Column("name", gettext_lazy("Name"), "name"),
        Column("time_zone", gettext_lazy("Time zone"), "time_zone"),
        Column("country", gettext_lazy("Official holidays of"), "country", "holiday_place"),
        Column("feed_url", gettext_lazy("Holiday feed")),
    ]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        require(can_edit_calendars(request.user))
        return super().get(request, **kwargs)


def may_edit(user: Any, calendar: Calendar) -> bool:
    """The predicate of the pages about one calendar."""
    return can_edit_calendars(user)


class Detail(DetailPage):
    """A year of one calendar, with everything that makes it."""

    model, template, allowed = Calendar, "calendars/detail.html", may_edit

    def context(self) -> dict[str, Any]:
        calendar = self.record
        worktime = to_worktime(calendar)
        this_year = timezone.now().astimezone(worktime.zone).year
        year = _year(self.request.GET.get("year", ""), this_year)
        own = calendar.own_days.filter(on_date__year__gte=this_year).prefetch_related("frames")
        return {
            "week": [
                (label, frames_words(tuple(frames)))
                for label, frames in zip(WEEKDAYS, worktime.weekly, strict=True)
            ],
            "year": year,
            "months": year_of(worktime, year),
            "weekdays": WEEKDAYS,
            "own_days": [
                (day, frames_words(tuple(frame.span for frame in day.frames.all()))) for day in own
            ],
            "holiday_count": sum(day.is_kept for day in holidays_in(calendar, year)),
        }


def create(request: HttpRequest) -> HttpResponse:
    """Make a calendar; it starts with office hours, the next page changes them."""
    require(can_edit_calendars(request.user))
    form = CalendarForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fields = {name: form.cleaned_data[name] for name in actions.EDITABLE}
        try:
            made = actions.create_calendar(hours=OFFICE_HOURS, actor=request.user, **fields)
        except RuleError as error:
            add_rule_error(form, error)
        else:
            messages.success(request, _("%(name)s saved. Now the hours.") % {"name": made})
            return redirect("calendars:hours", pk=made.pk)
    status = 422 if form.errors else 200
    return render(request, "calendars/create.html", {"form": form}, status=status)


@require_GET
def regions(request: HttpRequest) -> HttpResponse:
    """The field of regions for the country that was chosen on a form."""
    require(can_edit_calendars(request.user))
    form = CalendarForm(country=request.GET.get("country", ""))
    return render(request, "calendars/_region.html", {"field": form["region"]})


def calendar_for(request: HttpRequest, pk: int, *, lock: bool = False) -> Calendar:
    """The calendar of the address, for somebody who may change it; else 404 or 403."""
    rows = Calendar.objects.visible_to(request.user)
    found = get_object_or_404(rows.select_for_update() if lock else rows, pk=pk)
    require(can_edit_calendars(request.user))
    return found


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change name, zone and where holidays come from; a second saver meets the conflict page."""
    with transaction.atomic():
        calendar = calendar_for(request, pk, lock=request.method == "POST")
        form = CalendarForm(request.POST or None, instance=calendar)
        if request.method == "POST" and form.is_valid():
            if form.stale_conflicts:
                return conflict_page(request, form, cancel_url=calendar.get_absolute_url())
            try:
                with transaction.atomic():
                    actions.update_calendar(calendar, form.merged_data, actor=request.user)
            except RuleError as error:
                add_rule_error(form, error)
            else:
                messages.success(request, _("%(name)s saved.") % {"name": calendar})
                return redirect(calendar)
    context = {"form": form, "calendar": calendar_for(request, pk)}
    return render(request, "calendars/edit.html", context, status=422 if form.errors else 200)


def hours(request: HttpRequest, pk: int) -> HttpResponse:
    """The weekly hours."""
    calendar = calendar_for(request, pk)
    form = CalendarHoursForm(request.POST or None, stored=_hours_of(calendar))
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_calendar_hours(calendar, form.hours, actor=request.user)
        except RuleError as error:
            add_rule_error(form, error)
        else:
            messages.success(request, _("Working hours saved."))
            return redirect(calendar)
    context = {"form": form, "calendar": calendar}
    return render(request, "calendars/hours.html", context, status=422 if form.errors else 200)


def _hours_of(calendar: Calendar) -> WeekHours:
    frames = calendar.weekly_frames
    return list(frames.values_list("weekday", "starts_minutes", "ends_minutes"))


def holidays(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick boxes: the holidays of this year and the next on which nobody works."""
    calendar = calendar_for(request, pk)
    this_year = timezone.now().year
    years = [
        (year, holidays_in(calendar, year)) for year in range(this_year, this_year + YEARS_SHOWN)
    ]
    if request.method == "POST":
        offered = {day.on_date for _year, days in years for day in days}
        # What the page showed travels along: a holiday that appeared since is not switched off.
        shown = offered & _dates(request.POST.getlist("shown"))
        kept = offered & _dates(request.POST.getlist("kept"))
        actions.keep_holidays(calendar, shown, kept, actor=request.user)
        messages.success(request, _("Holidays saved."))
        return redirect(calendar)
    return render(request, "calendars/holidays.html", {"calendar": calendar, "years": years})


def day_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a date, or give it hours of its own."""
    calendar = calendar_for(request, pk)
    form = OwnDayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.add_own_day(
                calendar, data["on_date"], data["name"], form.frames, actor=request.user
            )
        except RuleError as error:
            add_rule_error(form, error)
        else:
            messages.success(request, _("%(name)s saved.") % {"name": data["name"]})
            return redirect(calendar)
    context = {"form": form, "calendar": calendar}
    return render(request, "calendars/day_create.html", context, status=422 if form.errors else 200)


@require_POST
def day_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an own day be an ordinary one again."""
    visible = Calendar.objects.visible_to(request.user)
    day = get_object_or_404(OwnDay.objects.filter(calendar__in=visible), pk=pk)
    require(can_edit_calendars(request.user))
    actions.delete_own_day(day, actor=request.user)
    messages.success(request, _("%(name)s deleted.") % {"name": day.name})
    return redirect(day.calendar)


@require_POST
def make_default(request: HttpRequest, pk: int) -> HttpResponse:
    """Use this calendar where none is named."""
    calendar = actions.make_default_calendar(calendar_for(request, pk), actor=request.user)
    messages.success(request, _("%(name)s is the default calendar now.") % {"name": calendar})
    return redirect(calendar)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a calendar; one in use stays, with a sentence that says so."""
    calendar = calendar_for(request, pk)
    name = str(calendar)
    try:
        actions.delete_calendar(calendar, actor=request.user)
    except ProtectedError:
        messages.error(request, _("%(name)s is still in use and was kept.") % {"name": name})
        return redirect("calendars:detail", pk=pk)
    messages.success(request, _("%(name)s deleted.") % {"name": name})
    return redirect("calendars:index")


def _year(text: str, default: int) -> int:
    return int(text) if text.isdecimal() and 1900 < int(text[:5]) < 2200 else default


def _dates(texts: list[str]) -> set[date]:
    """The dates among what a browser sent; anything else is left out."""
    found = set()
    for text in texts:
        try:
            found.add(date.fromisoformat(text))
        except ValueError:
            continue
    return found
