"""App configuration."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        """Offer the outbox to the apps below."""
        from core import mailbridge
        from notifications.actions import queue_mail

        mailbridge.register(queue_mail)
