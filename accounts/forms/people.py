"""Inviting colleagues and giving roles."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from accounts.forms.entrance import PASSWORD_HINT
from accounts.models import User
from accounts.roles import STAFF_ROLES
from core.text import normalise_email, one_line

STAFF_CHOICES = [(role.value, role.label) for role in STAFF_ROLES]


class InviteForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(label=_("E-mail"), max_length=254)
    name = forms.CharField(label=_("Name"), max_length=150, required=False)
    role = forms.ChoiceField(label=_("Role"), choices=[("", _("Choose a role")), *STAFF_CHOICES])

    def clean_email(self) -> str:
        return normalise_email(self.cleaned_data["email"])


class RolesForm(forms.Form):
    """What a colleague is."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=STAFF_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one role.")},
    )


class AcceptForm(forms.Form):
    """The invited colleague's name and password."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=PASSWORD_HINT,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_name(self) -> str:
        name = one_line(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Enter your name."))
        return name

    def clean_password(self) -> str:
        """Checked against the rules, and against the person's own name and address."""
        person = User(email=self.email, name=self.cleaned_data.get("name", ""))
        validate_password(self.cleaned_data["password"], person)
        return self.cleaned_data["password"]
