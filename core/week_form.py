"""The hours of a week as a form: some stretches a day, in minutes after midnight."""

from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

WEEKDAYS = [
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"),
    _("Sunday"),
]  # fmt: skip
MIDNIGHT = 1440

Hours = list[tuple[int, int, int]]


class HoursForm(forms.Form):
    """Weekly hours: `stretches` a day, more when more are stored.

    `hours` holds (weekday, from, to) in minutes after midnight.
    "To" 00:00 or 23:59 means the end of the day. The hours as they were opened travel along:
    when somebody else changed them meanwhile, the form says so and saves at the second press.
    """

    stretches = 2

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, stored: Hours, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored_key = hours_key(stored)
        self.stored_words = hours_words(stored)
        self.fields["seen"].initial = self.stored_key
        self.hours: Hours = []
        self.days: list[tuple[Any, list[tuple[str, str]]]] = []
        for weekday, label in enumerate(WEEKDAYS):
            spans = [(starts, ends) for day, starts, ends in stored if day == weekday]
            pairs = []
            for number in range(max(self.stretches, len(spans))):
                span = spans[number] if number < len(spans) else None
                pairs.append(self._add_pair(weekday, number, label, span))
            self.days.append((label, pairs))

    def _add_pair(
        self, weekday: int, number: int, label: Any, span: tuple[int, int] | None
    ) -> tuple[str, str]:
        names = f"from_{weekday}_{number}", f"to_{weekday}_{number}"
        words = (_("%(day)s, from"), _("%(day)s, to"))
        for name, text, value in zip(names, words, span or (None, None), strict=True):
            shown = text % {"day": label} + (f" ({number + 1})" if number else "")
            self.fields[name] = forms.TimeField(
                label=shown,
                required=False,
                initial=None if value is None else as_time(value),
                widget=forms.TimeInput(attrs={"type": "time", "aria-label": shown}, format="%H:%M"),
            )
        return names

    @property
    def rows(self) -> list[tuple[Any, list[tuple[Any, Any]]]]:
        """(weekday, pairs of bound fields), for the template."""
        return [
            (label, [(self[one], self[other]) for one, other in pairs])
            for label, pairs in self.days
        ]

    def clean(self) -> dict[str, Any]:
        """Read the pairs; each mistake is said beside its field."""
        data = super().clean() or self.cleaned_data
        for weekday, (label, pairs) in enumerate(self.days):
            spans: list[tuple[int, int]] = []
            for one, other in pairs:
                span = self._read(data, one, other)
                if span and any(span[0] < ends and starts < span[1] for starts, ends in spans):
                    self.add_error(
                        one, gettext("%(day)s: these times overlap the ones before.")
                        % {"day": label},
                    )  # fmt: skip
                elif span:
                    spans.append(span)
            self.hours += [(weekday, *span) for span in spans]
        if data.get("seen", "") != self.stored_key and not self.errors:
            typed: Any = self.data
            self.data = fresh = typed.copy()
            fresh["seen"] = self.stored_key
            raise ValidationError(
                _(
                    "Somebody else changed these hours meanwhile. They are now: %(hours)s. "
                    "Save again to replace them by what you see below."
                )
                % {"hours": self.stored_words or gettext("none")}
            )
        return data

    def _read(self, data: dict[str, Any], one: str, other: str) -> tuple[int, int] | None:
        starts, ends = data.get(one), data.get(other)
        if one in self.errors or other in self.errors or (starts is None and ends is None):
            return None
        if starts is None or ends is None:
            self.add_error(
                other if ends is None else one, _("Give both times, or leave both empty.")
            )
            return None
        begin, end = as_minutes(starts), as_minutes(ends) or MIDNIGHT
        end = MIDNIGHT if end == MIDNIGHT - 1 else end
        if begin >= end:
            self.add_error(other, _("The end must be after the start."))
            return None
        return begin, end


def as_time(minutes: int) -> time:
    """Minutes after midnight as a time of day; the end of the day is 00:00."""
    return time(minutes % MIDNIGHT // 60, minutes % 60)


def as_minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def hours_key(hours: Hours) -> str:
    """The hours in one line, to notice a change."""
    return ";".join(f"{day}:{starts}-{ends}" for day, starts, ends in sorted(hours))


def hours_words(hours: Hours) -> str:
    """The hours as people read them."""
    return ", ".join(
        f"{str(WEEKDAYS[day])[:3]} {as_time(starts):%H:%M}-"
        f"{'24:00' if ends == MIDNIGHT else format(as_time(ends), '%H:%M')}"
        for day, starts, ends in sorted(hours)
    )
