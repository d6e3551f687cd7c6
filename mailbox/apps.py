"""App configuration."""

from django.apps import AppConfig


class MailboxConfig(AppConfig):
    name = "mailbox"

    def ready(self) -> None:
        """Tell the apps below which addresses are ours."""
        from core import mailbridge
        from mailbox.models import own_mailboxes

        mailbridge.register_mailboxes(own_mailboxes)
