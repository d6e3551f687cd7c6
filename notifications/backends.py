"""E-mail back end for a desk without an SMTP account."""

from collections.abc import Sequence

from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage


class EmailNotConfigured(Exception):
    """No e-mail account is configured."""


class OutboxOnlyBackend(BaseEmailBackend):
    """Refuses to send, loudly: a message must never vanish silently."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        raise EmailNotConfigured("no e-mail account configured")
