"""Moving a mail."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.submissions import OnceForm
from core.text import is_key
from tickets.models import Ticket


class MoveForm(OnceForm):
    """A number as people type it becomes a ticket the person may see."""

    number = forms.CharField(
        label=_("Ticket number"), max_length=30, help_text=_("SD-000123, or 123")
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_number(self) -> Ticket:
        digits = self.cleaned_data["number"].strip().upper().removeprefix("SD-")
        rows = Ticket.objects.visible_to(self.user).select_related("customer")
        found = rows.filter(pk=int(digits)).first() if is_key(digits) else None
        if found is None:
            raise forms.ValidationError(_("There is no ticket of this number."))
        return found
