"""App configuration."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        """Offer the outbox to the apps below."""
        from core import mailbridge
        from mailbox import signs, told
        from notifications.actions import queue_mail
        from notifications.mail_signs import notification_sent, tickets_told_by_sms

        mailbridge.register(queue_mail)
        signs.register("notification", notification_sent)
        told.register(tickets_told_by_sms)
