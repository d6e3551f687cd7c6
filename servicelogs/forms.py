"""Forms of work entries."""

from datetime import datetime
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attachments.forms import MultiFileField
from core.errors import RuleError
from core.submissions import OnceForm
from servicelogs.models import LogKind, ServiceLog
from servicelogs.parts import Part, parse_parts
from tickets.custom import missing_fields
from tickets.custom_forms import CustomInputs
from tickets.models import Ticket

STEP_MINUTES = 5


class LogForm(OnceForm):
    """What was done. parts come out as (name, quantity) pairs."""

    kind = forms.ChoiceField(label=_("How"), choices=LogKind.choices, initial=LogKind.REMOTE)
    done = forms.CharField(
        label=_("What did you do?"),
        max_length=20_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write what you did; the next person will read it.")},
    )
    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=1,
        max_value=1440,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("Give the minutes of work, from 1 to 1440 (a whole day)."),
            "invalid": _("Give the minutes as a whole number, such as 25."),
        },
    )
    parts = forms.CharField(
        label=_("Parts used"),
        required=False,
        max_length=8000,
        help_text=_("One a line, with the number: Roller kit RK-420 × 1"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    files = MultiFileField()

    def clean_parts(self) -> list[Part]:
        try:
            return parse_parts(self.cleaned_data["parts"])
        except RuleError as error:
            raise forms.ValidationError(str(error.message)) from error

    @property
    def work(self) -> dict[str, Any]:
        """Arguments of actions.log_work, after is_valid()."""
        names = ("kind", "done", "minutes", "parts", "files", "started_at", "ended_at")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


class DeskLogForm(LogForm):
    """The same on a large screen, with the moments when they matter."""

    started_at = forms.SplitDateTimeField(
        label=_("Started"),
        required=False,
        widget=forms.SplitDateTimeWidget(
            date_attrs={"type": "date", "class": "form-control", "aria-label": _("Started, day")},
            time_attrs={"type": "time", "class": "form-control", "aria-label": _("Started, time")},
            date_format="%Y-%m-%d",
            time_format="%H:%M",
        ),
    )
    ended_at = forms.SplitDateTimeField(
        label=_("Ended"),
        required=False,
        widget=forms.SplitDateTimeWidget(
            date_attrs={"type": "date", "class": "form-control", "aria-label": _("Ended, day")},
            time_attrs={"type": "time", "class": "form-control", "aria-label": _("Ended, time")},
            date_format="%Y-%m-%d",
            time_format="%H:%M",
        ),
    )
    field_order = ["kind", "done", "minutes", "started_at", "ended_at", "parts", "files"]


class Result(models.TextChoices):
    """The ways a job can end on the phone."""

    FIXED = "fixed", _("Fixed")
    AGAIN = "again", _("Needs another visit")
    NO_ACCESS = "no_access", _("Could not get access")


class FinishForm(CustomInputs, LogForm):
    """The end of a job on the phone: the work, what fixed it, and the fields that are needed and
    empty.
    """

    result = forms.ChoiceField(
        label=_("Result"),
        choices=Result,
        initial=Result.FIXED,
        widget=forms.RadioSelect,
    )
    resolution = forms.CharField(
        label=_("What fixed it"),
        required=False,
        max_length=20_000,
        strip=False,
        help_text=_("The customer reads this; only needed when it is fixed."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ["result", "kind", "done", "resolution", "minutes", "parts", "files"]

    def __init__(self, *args: Any, job: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_inputs(missing_fields(job))

    def clean(self) -> dict[str, Any]:
        """Only what is fixed needs the sentence that says what fixed it."""
        data = super().clean() or self.cleaned_data
        if data.get("result") == Result.FIXED and not (data.get("resolution") or "").strip():
            self.add_error(
                "resolution",
                _("Write what fixed it; the customer and the next technician will read it."),
            )
        return data


def opening_values(
    *, started_at: datetime | None, is_onsite: bool, now: datetime | None = None
) -> dict[str, Any]:
    """First values of a form on the phone: minutes since the start, in steps of five."""
    kind = LogKind.VISIT if is_onsite else LogKind.REMOTE
    if started_at is None:
        return {"kind": kind, "minutes": STEP_MINUTES}
    passed = ((now or timezone.now()) - started_at).total_seconds() / 60
    steps = max(1, round(passed / STEP_MINUTES))
    return {"kind": kind, "minutes": min(steps * STEP_MINUTES, 1440)}


def values_of(entry: ServiceLog) -> dict[str, Any]:
    """First values of the form that corrects an entry: the entry as it stands."""
    return {
        "kind": entry.kind,
        "done": entry.done,
        "minutes": entry.minutes,
        "started_at": entry.started_at,
        "ended_at": entry.ended_at,
        "parts": "\n".join(f"{part.name} × {part.quantity}" for part in entry.parts.all()),
    }
