"""Every write to the outbox."""

from notifications.actions.delivering import News, note_delivery
from notifications.actions.forgetting import forget_news
from notifications.actions.outbox import mark_bounced, mark_read, queue_mail, resend_notification
from notifications.actions.sending import send_due, send_rows
from notifications.actions.telling import tell

__all__ = [
    "News",
    "forget_news",
    "mark_bounced",
    "mark_read",
    "note_delivery",
    "queue_mail",
    "resend_notification",
    "send_due",
    "send_rows",
    "tell",
]
