"""Forms of calendars."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from calendars.models import Calendar
from calendars.official import countries, regions
from calendars.worktime import END_OF_DAY, end_minutes
from core.conflicts import VersionedFormMixin
from core.week_form import HoursForm, as_minutes

DAY_STRETCHES = 3


class CalendarForm(VersionedFormMixin, forms.ModelForm):
    """Name, zone and where holidays come from; two editors meet on the conflict page.

    The regions offered are those of the country that is chosen; another country asks for its
    own (hx-get), and without scripts they come with the next save.
    """

    country = forms.ChoiceField(label=_("Official holidays of"), required=False)
    region = forms.ChoiceField(label=_("Region"), required=False)

    class Meta:
        model = Calendar
        fields = ["name", "time_zone", "country", "region", "feed_url"]
        labels = {"name": _("Name"), "time_zone": _("Time zone")}
        help_texts = {
            "time_zone": _("Hours and holidays are in this zone, such as Europe/London."),
            "feed_url": _(
                "An iCalendar file (.ics) that begins with https://. It is read every six hours; "
                "while it does not answer, the last good days stay."
            ),
        }

    def __init__(self, *args: Any, country: str | None = None, **kwargs: Any) -> None:
        """country: chosen on the page but not yet saved."""
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].widget = forms.Select(
            choices=[(name, name) for name in sorted(available_timezones())]
        )
        chosen = self.data.get("country") if self.is_bound else country
        chosen = self.instance.country if chosen is None else chosen
        places: Any = self.fields["country"]
        places.choices = [("", _("No official holidays")), *countries()]
        places.widget.attrs |= {
            "hx-get": reverse_lazy("calendars:regions"),
            "hx-target": "#region-box",
            "hx-trigger": "change",
        }
        parts: Any = self.fields["region"]
        parts.choices = [("", _("The whole country")), *regions(chosen)]
        self.initial["country"] = chosen


class CalendarHoursForm(HoursForm):
    """The week of a calendar, with room for a third stretch."""

    stretches = 3

    def clean(self) -> dict[str, Any]:
        """A week without hours is refused here, beside the form, and by the action."""
        data = super().clean()
        if not self.hours and not self.errors:
            raise ValidationError(_("A calendar needs working hours. Enter at least one stretch."))
        return data


class OwnDayForm(forms.Form):
    """A date that is closed, or open at other hours. `frames` holds (from, to) in minutes."""

    on_date = forms.DateField(
        label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("Such as Stocktaking, or Summer party.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.frames: list[tuple[int, int]] = []
        for number in range(DAY_STRETCHES):
            for name, label in (("from", _("From")), ("to", _("To"))):
                shown = f"{label} ({number + 1})"
                self.fields[f"{name}_{number}"] = forms.TimeField(
                    label=shown,
                    required=False,
                    widget=forms.TimeInput(
                        attrs={"type": "time", "aria-label": shown}, format="%H:%M"
                    ),
                )

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        """Bound fields of the stretches, for the template."""
        return [(self[f"from_{n}"], self[f"to_{n}"]) for n in range(DAY_STRETCHES)]

    def clean(self) -> dict[str, Any]:
        """Read the stretches; whether they overlap is the action's rule."""
        data = super().clean() or self.cleaned_data
        for number in range(DAY_STRETCHES):
            starts, ends = data.get(f"from_{number}"), data.get(f"to_{number}")
            if starts is None and ends is None:
                continue
            if starts is None or ends is None:
                missing = f"to_{number}" if ends is None else f"from_{number}"
                self.add_error(missing, _("Give both times, or leave both empty."))
                continue
            begin, end = as_minutes(starts), end_minutes(as_minutes(ends) or END_OF_DAY)
            if begin >= end:
                self.add_error(f"to_{number}", _("The end must be after the start."))
            else:
                self.frames.append((begin, end))
        return data
