"""django-allauth's forms with our words: labels above, hints between, no placeholders."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.internal.flows.signup import prevent_enumeration
from django import forms
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from accounts.actions import note_password_changed, request_password_reset
from accounts.models import SignupDetails
from core.text import one_line

PASSWORD_HINT = _("At least 10 characters. A few words in a row are easy to remember.")
EMAIL_MAX_LENGTH = 254


class OurWords(forms.Form):
    """Labels and hints by field name; placeholders go, they are no labels."""

    words = {
        "email": (_("E-mail"), ""),
        "login": (_("E-mail"), ""),
        "password": (_("Password"), ""),
        "oldpassword": (_("Current password"), ""),
        "password1": (_("Password"), PASSWORD_HINT),
        "remember": (_("Keep me signed in on this device"), ""),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in self.words:
                field.label, field.help_text = self.words[name]
        for name in {"email", "login"} & set(self.fields):
            field = self.fields[name]
            field.max_length = EMAIL_MAX_LENGTH
            field.validators.append(forms.fields.validators.MaxLengthValidator(EMAIL_MAX_LENGTH))
            field.widget.attrs |= {"maxlength": EMAIL_MAX_LENGTH, "autocomplete": "username"}


class LoginForm(OurWords, allauth_forms.LoginForm):
    """Sign in."""


class SignupForm(OurWords, allauth_forms.SignupForm):
    """A customer registers. What they say about their company waits for the confirmation."""

    field_order = ["name", "email", "company", "phone", "password1"]
    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    company = forms.CharField(
        label=_("Company"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    phone = PhoneNumberField(
        label=_("Phone"),
        required=False,
        help_text=_("For visits, and for news by SMS if you choose it."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )

    def clean_name(self) -> str:
        name = one_line(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Enter your name."))
        return name

    def clean_company(self) -> str:
        return one_line(self.cleaned_data["company"])

    def try_save(self, request: HttpRequest) -> tuple[Any, HttpResponse | None]:
        """For an address that has an account, do the same work and show the same page (A04)."""
        if self.account_already_exists:
            # Hashing takes most of the time of a sign-up; left out, it would tell them apart.
            get_user_model()().set_password(self.cleaned_data["password1"])
            return None, prevent_enumeration(request, email=self.cleaned_data["email"])
        return super().try_save(request)

    def signup(self, request: HttpRequest, user: Any) -> None:
        """Keep the company's name until the address is confirmed."""
        SignupDetails.objects.create(user=user, company=self.cleaned_data["company"])


class ResetPasswordForm(OurWords, allauth_forms.ResetPasswordForm):
    """Ask for a link. Whether the address is known is found out later, by the worker (A04)."""

    def clean_email(self) -> str:
        return self.cleaned_data["email"]

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email: str = self.cleaned_data["email"]
        request_password_reset(email, locale=get_language() or "en-gb")
        return email


class OneNewPassword(OurWords):
    """One field with an eye instead of typing a new password twice."""

    words = OurWords.words | {"password1": (_("New password"), PASSWORD_HINT)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]


class ResetPasswordKeyForm(OneNewPassword, allauth_forms.ResetPasswordKeyForm):
    """Choose a new password through the mailed link."""

    def save(self) -> None:
        super().save()
        note_password_changed(self.user)


class ChangePasswordForm(OneNewPassword, allauth_forms.ChangePasswordForm):
    """Change the password while signed in."""

    def save(self) -> None:
        super().save()
        note_password_changed(self.user)


class ReauthenticateForm(OurWords, allauth_forms.ReauthenticateForm):
    """Type the password once more."""
