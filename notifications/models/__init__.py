"""The rules table and the outbox."""

from notifications.models.deliveries import BlockedAddress, Fate, MailDelivery
from notifications.models.devices import PushDevice
from notifications.models.outbox import Breaker, Delivery, Notification, State
from notifications.models.rules import INTERNAL_EVENTS, Audience, Medium, Rule
from notifications.models.sms import SmsUse, StoppedNumber
from notifications.models.ways_out import WayOut
from notifications.models.wordings import (
    BODY_LENGTH,
    SMS_SOURCE_LENGTH,
    MessageKind,
    Wording,
    WordingRevision,
)

__all__ = [
    "BODY_LENGTH",
    "INTERNAL_EVENTS",
    "SMS_SOURCE_LENGTH",
    "Audience",
    "BlockedAddress",
    "Breaker",
    "Delivery",
    "Fate",
    "MailDelivery",
    "Medium",
    "MessageKind",
    "Notification",
    "PushDevice",
    "Rule",
    "SmsUse",
    "State",
    "StoppedNumber",
    "WayOut",
    "Wording",
    "WordingRevision",
]
