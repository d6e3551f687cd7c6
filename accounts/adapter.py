"""How django-allauth behaves here: mails through the outbox, links from SITE_URL, one IP rule."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailConfirmation
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.forms import BaseForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation

from accounts.mails import absolute_url, send_mail
from core.http import client_ip
from core.text import normalise_email


class AccountAdapter(DefaultAccountAdapter):
    """Our sign-in rules."""

    def clean_email(self, email: str) -> str:
        return normalise_email(email)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address the limits count by (A02)."""
        return client_ip(request)

    def save_user(
        self, request: HttpRequest, user: Any, form: BaseForm, commit: bool = True
    ) -> AbstractBaseUser:
        """Take over what the sign-up form asks beyond e-mail and password."""
        user.name = form.cleaned_data["name"]
        user.phone = form.cleaned_data["phone"]
        language = translation.get_language() or settings.LANGUAGE_CODE
        user.locale = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        user.time_zone = settings.TIME_ZONE
        return super().save_user(request, user, form, commit)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:profile")

    def get_email_confirmation_url(
        self, request: HttpRequest, emailconfirmation: EmailConfirmation
    ) -> str:
        return absolute_url(reverse("account_confirm_email", args=[emailconfirmation.key]))

    def send_account_already_exists_mail(self, email: str) -> None:
        """To somebody who registers a second time, or whose address a stranger typed."""
        urls = {
            "login_url": absolute_url(reverse("account_login")),
            "password_reset_url": absolute_url(reverse("account_reset_password")),
        }
        self.send_mail("account/email/account_already_exists", email, urls)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell somebody that their password changed; nothing of the request's headers (A02)."""
        context = {"user": user, "changed_at": timezone.now(), **(context or {})}
        self.send_mail(template_prefix, email or user.email, context)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put the mail in the outbox, in the person's language."""
        user = context.get("user")
        send_mail(template_prefix, email, context, locale=user.locale if user else None)
