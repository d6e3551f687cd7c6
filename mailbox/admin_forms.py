"""Forms of the back office."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mailbox.models import ImapAccount

SECRETS = ("secret", "client_secret")


class ImapForm(forms.ModelForm):
    """What is secret is never shown again: left empty it stays as it is."""

    class Meta:
        model = ImapAccount
        fields = [
            *("host", "port", "security", "username", "sign_in", "secret"),
            *("token_url", "client_id", "client_secret", "folder", "is_active"),
        ]
        widgets = {name: forms.PasswordInput(attrs={"autocomplete": "off"}) for name in SECRETS}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["secret"].required = False
            for name in SECRETS:
                self.fields[name].help_text = _("Leave it empty to keep the one that is stored.")
                self.initial.pop(name, None)

    def clean(self) -> dict[str, Any]:
        """OAuth2 needs to know whom to ask; an empty secret keeps the stored one."""
        data = super().clean() or self.cleaned_data
        if data.get("sign_in") == ImapAccount.SignIn.OAUTH2:
            for name in ("token_url", "client_id"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("OAuth2 needs it."))
        url = data.get("token_url") or ""
        if url and not url.startswith("https://"):
            self.add_error("token_url", _("The secret goes there, so it must be https."))
        if self.instance.pk:
            stored = ImapAccount.objects.get(pk=self.instance.pk)
            for name in SECRETS:
                data[name] = data.get(name) or getattr(stored, name)
        return data
