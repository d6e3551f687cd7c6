"""The form that books a visit, by the clock of the technician who makes it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from technicians.models import Technician
from tickets.errors import VisitChanged
from tickets.models import Ticket

USUAL_MINUTES = 45


class WallClockField(forms.DateTimeField):
    """Day and time without a zone: whose clock it is, the form finds out."""

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        try:
            moment = parse_datetime(str(value).strip())
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is not None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return moment


class TechnicianChoice(forms.ModelChoiceField):
    """Names with their zone, since the time is told by it."""

    def label_from_instance(self, technician: Technician) -> str:  # type: ignore[override]
        return f"{technician} ({technician.time_zone})"


class VisitForm(forms.Form):
    """Who goes, when and for how long. `seen` is the visit the page showed, if any."""

    technician = TechnicianChoice(
        Technician.objects.working()
        .dispatched()
        .filter(works_in_field=True)
        .select_related("user")
        .order_by("user__name", "pk"),
        label=_("Technician"),
        empty_label=_("Choose somebody"),
    )
    starts_at = WallClockField(
        label=_("Begins"),
        help_text=_("By the technician's clock; the zone stands beside the name."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Give day and time.")},
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=1440)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="visit_%s", **kwargs)
        self.fields["technician"].widget.attrs["autofocus"] = True  # it was just opened
        self.ticket, visit, technician = ticket, ticket.booking, ticket.technician
        minutes = ticket.category.expected_minutes if ticket.category else USUAL_MINUTES
        if visit and visit.ends_at > timezone.now() and technician:
            local = visit.starts_at.astimezone(ZoneInfo(technician.time_zone))
            self.initial["starts_at"] = local.replace(tzinfo=None)
            minutes = int((visit.ends_at - visit.starts_at).total_seconds() // 60)
        self.initial |= {
            "technician": technician, "minutes": minutes, "seen": ticket.booking_id,
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Put the time on the technician's clock; refuse a page that shows an older visit."""
        data = super().clean() or self.cleaned_data
        if "seen" not in self.errors and data.get("seen") != self.ticket.booking_id:
            raise ValidationError(VisitChanged.message)
        technician, wall = data.get("technician"), data.get("starts_at")
        if technician and wall:
            try:
                with timezone.override(technician.time_zone):
                    data["starts_at"] = from_current_timezone(wall)
            except ValidationError as error:
                self.add_error("starts_at", error)
        return data
