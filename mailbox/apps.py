"""App configuration."""

from django.apps import AppConfig


class MailboxConfig(AppConfig):
    name = "mailbox"
