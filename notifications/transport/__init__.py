"""The outside world: hands one message to the mail server or to Twilio. No database.

Runs in threads. Returns the provider's receipt, or raises one of the outcomes.
"""

from notifications.models import Medium, Notification
from notifications.transport.email import build_email, message_id, send_email, thread_id
from notifications.transport.lines import Line, Lines
from notifications.transport.outcomes import (
    Doubtful,
    Gone,
    Later,
    NotConfigured,
    Receipt,
    Refused,
    Unreachable,
)
from notifications.transport.push import send_push
from notifications.transport.sms import SmsReport, ask_about_sms, send_sms

__all__ = [
    "Doubtful",
    "Gone",
    "Later",
    "Line",
    "Lines",
    "NotConfigured",
    "Receipt",
    "Refused",
    "SmsReport",
    "Unreachable",
    "ask_about_sms",
    "build_email",
    "message_id",
    "send",
    "thread_id",
]


def send(row: Notification, lines: Lines | None = None) -> Receipt:
    """Send one e-mail, SMS or push message."""
    if lines is None:
        with Lines() as lines:
            return send(row, lines)
    if row.channel == Medium.PUSH:
        return send_push(row)
    with lines.one() as line:
        return send_sms(row, line) if row.channel == Medium.SMS else send_email(row, line)
