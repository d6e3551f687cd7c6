"""Mails about accounts: written into the outbox, never sent inside a request."""

from typing import Any

from django.conf import settings
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils import translation
from django.utils.text import wrap
from django.utils.translation import gettext_lazy as _

from core.mailbridge import queue_mail
from core.text import one_line

TEXT_WIDTH = 76  # columns of the plain part

# Template -> name of its link in the context, and the words of the button in the HTML part.
BUTTONS = {
    "account/email/email_confirmation": ("activate_url", _("Confirm my address")),
    "account/email/email_confirmation_signup": ("activate_url", _("Confirm my address")),
    "account/email/account_already_exists": ("login_url", _("Sign in")),
    "account/email/password_reset_key": ("password_reset_url", _("Choose a new password")),
    "account/email/invitation": ("url", _("Accept the invitation")),
}


def absolute_url(path: str) -> str:
    """A link for a mail: the configured address of the desk, never a request's Host (A05)."""
    return f"{settings.SITE_URL}{path}"


def send_mail(
    template: str,
    to: str,
    context: dict[str, Any],
    *,
    locale: str | None = None,
    dedupe_key: str = "",
) -> None:
    """Queue <template>_subject.txt with <template>_message.txt; the HTML part has the same words.

    A paragraph that is nothing but the mail's link becomes a button. The templates get site_name
    and site_url besides the context. locale: None = as it is now.
    """
    words = {**context, "site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
    key, button = BUTTONS.get(template, ("", ""))
    with translation.override(locale or translation.get_language()):
        subject = one_line(_plain(f"{template}_subject.txt", words))
        text = _plain(f"{template}_message.txt", words).strip()
        html = render_to_string(
            "emails/account_message.html",
            {
                "subject": subject,
                "paragraphs": text.split("\n\n"),
                "link": words.get(key, ""),
                "button": button,
                "site_name": settings.SITE_NAME,
                "language": translation.get_language(),
            },
        )
    queue_mail(
        to, subject, f"{wrap(text, TEXT_WIDTH)}\n\n-- \n{settings.SITE_NAME}\n", html, dedupe_key
    )


def _plain(template: str, words: dict[str, Any]) -> str:
    """A template as plain text: what people typed stays as typed, nothing is escaped (A38)."""
    found: Any = get_template(template)
    return found.template.render(Context(words, autoescape=False))
