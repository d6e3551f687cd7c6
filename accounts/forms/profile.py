"""What people set about themselves."""

import zoneinfo
from functools import cache
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from accounts.models import Theme, User
from core.text import one_line

ELSEWHERE = ("Etc/", "GMT", "SystemV/", "US/", "posix/", "right/")


@cache
def time_zones() -> list[tuple[str, str]]:
    """Zones named after places, and UTC; each with the words shown."""
    places = (
        name
        for name in zoneinfo.available_timezones()
        if "/" in name and not name.startswith(ELSEWHERE)
    )
    return [(name, name.replace("_", " ")) for name in [*sorted(places), "UTC"]]


class ProfileForm(forms.ModelForm):
    """Name, phone, language, zone, colours, keys. The e-mail address is how one signs in."""

    phone = PhoneNumberField(
        label=_("Phone"),
        required=False,
        help_text=_("With the country code outside the United Kingdom, such as +49 30 901820."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    locale = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=time_zones,
        help_text=_("Times on pages and in mails are shown in it."),
    )
    theme = forms.ChoiceField(label=_("Colours"), choices=Theme, widget=forms.RadioSelect)

    class Meta:
        model = User
        fields = ["name", "phone", "locale", "time_zone", "theme", "single_keys"]
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = [zone for zone, _words in time_zones()]
        if self.instance.time_zone not in zones:  # set elsewhere; saving must not change it
            self.fields["time_zone"].choices = [
                (self.instance.time_zone, self.instance.time_zone),
                *time_zones(),
            ]
        if not self.instance.is_staff_member:
            del self.fields["single_keys"]

    def clean_name(self) -> str:
        name = one_line(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Enter your name."))
        return name
