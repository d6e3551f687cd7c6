"""The form that snoozes a ticket, by the clock of the reader."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.submissions import OnceForm
from tickets.models import PENDING, Status, Ticket
from tickets.snooze_choices import CHOICES, moment_of_choice


class PressedButton(forms.HiddenInput):
    """The value of the button that was pressed. An input beside it would send an empty one, too."""

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        return SafeString()


class SnoozeForm(OnceForm):
    """Until when, whom it waits for, and what then. choice: a quick one instead of a moment."""

    choice = forms.ChoiceField(choices=CHOICES, required=False, widget=PressedButton)
    until = forms.DateTimeField(
        label=_("Until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Give a day and a time.")},
    )
    status = forms.ChoiceField(
        label=_("Waiting for"),
        choices=[(Status.WAITING, _("the customer")), (Status.ON_HOLD, _("somebody else"))],
    )
    opens = forms.BooleanField(label=_("Open it again then"), required=False)

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="snooze_%s", **kwargs)
        self.initial |= {
            "status": ticket.status if ticket.status in PENDING else Status.ON_HOLD,
            "opens": ticket.wakes_open or ticket.wakes_at is None,
            "until": ticket.wakes_at,
        }

    def clean(self) -> dict[str, Any]:
        """`until` is the moment of the quick choice, if one was pressed."""
        data = super().clean() or self.cleaned_data
        if data.get("choice"):
            data["until"] = moment_of_choice(data["choice"], timezone.now())
            self.errors.pop("until", None)
        elif not data.get("until") and "until" not in self.errors:
            self.add_error("until", ValidationError(_("Choose a moment.")))
        return data
