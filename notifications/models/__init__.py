"""The rules table and the outbox."""

from notifications.models.deliveries import BlockedAddress, Fate, MailDelivery
from notifications.models.outbox import Breaker, Delivery, Notification, State
from notifications.models.rules import INTERNAL_EVENTS, Audience, Medium, Rule
from notifications.models.sms import SmsUse, StoppedNumber

__all__ = [
    "INTERNAL_EVENTS",
    "Audience",
    "BlockedAddress",
    "Breaker",
    "Delivery",
    "Fate",
    "MailDelivery",
    "Medium",
    "Notification",
    "Rule",
    "SmsUse",
    "State",
    "StoppedNumber",
]
