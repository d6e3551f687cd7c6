"""App configuration."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        """Offer the outbox to the apps below."""
        from anymail.signals import tracking

        from core import mailbridge
        from mailbox import signs, told
        from notifications.actions import queue_mail
        from notifications.mail_signs import notification_sent, tickets_told_by_sms
        from notifications.tracking import heard

        tracking.connect(heard, dispatch_uid="notifications.tracking")
        mailbridge.register(queue_mail)
        signs.register("notification", notification_sent)
        told.register(tickets_told_by_sms)
