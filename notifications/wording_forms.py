"""The form of our own words."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.conflicts import VersionedFormMixin, opening_state, snapshot
from notifications.models import Wording


class WordingForm(VersionedFormMixin, forms.ModelForm):
    """Heading, Markdown and SMS; two editors meet on the conflict page.

    Words that were never saved have a version too, the shipped one: whoever saves first does not
    lose to somebody who opened the page before.
    """

    class Meta:
        model = Wording
        fields = ["heading", "body", "sms"]
        widgets = {
            "body": forms.Textarea(attrs={"rows": 16, "class": "mono-area"}),
            "sms": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "body": _(
                "Markdown: **bold**, [words](https://…), - list, > quote. A line whose placeholder "
                "has no value on the ticket is left out."
            ),
            "sms": _("Becomes one line; the link is added at its end. Empty: the shipped words."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.stored = snapshot(self.instance, self.watched)
            self.fields["opened"].initial = opening_state(self.instance, self.watched)
