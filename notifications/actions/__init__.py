"""Every write to the outbox."""

from notifications.actions.alarms import alarm_of_silence
from notifications.actions.allowances import forget_sms_use
from notifications.actions.delivering import News, note_delivery
from notifications.actions.devices import add_push_device, remove_push_device
from notifications.actions.forgetting import forget_news
from notifications.actions.holding import release_held
from notifications.actions.outbox import (
    cancel_notification,
    mark_bounced,
    mark_read,
    queue_mail,
    resend_notification,
)
from notifications.actions.rules import set_rule
from notifications.actions.sending import send_due, send_rows
from notifications.actions.sms import (
    answer_help,
    note_sms_price,
    note_sms_status,
    start_number,
    stop_number,
)
from notifications.actions.telling import tell
from notifications.actions.ways_out import stop_news
from notifications.actions.wordings import (
    change_wording,
    reset_wording,
    restore_wording,
    try_wording,
)

__all__ = [
    "News",
    "add_push_device",
    "alarm_of_silence",
    "answer_help",
    "cancel_notification",
    "change_wording",
    "forget_news",
    "forget_sms_use",
    "mark_bounced",
    "mark_read",
    "note_delivery",
    "note_sms_price",
    "note_sms_status",
    "queue_mail",
    "release_held",
    "remove_push_device",
    "resend_notification",
    "reset_wording",
    "restore_wording",
    "send_due",
    "send_rows",
    "set_rule",
    "start_number",
    "stop_news",
    "stop_number",
    "tell",
    "try_wording",
]
