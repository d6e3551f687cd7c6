"""What can happen to a message in the outbox. Names are stored: never rename one."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_noop as _

from core.events import DomainEvent, event


@event
@dataclass(frozen=True)
class NotificationFailed(DomainEvent):
    name: ClassVar[str] = "notification.failed"
    sentence: ClassVar[str] = _("could not deliver a message by {channel}")
    channel: str


@event
@dataclass(frozen=True)
class NotificationResent(DomainEvent):
    name: ClassVar[str] = "notification.resent"
    sentence: ClassVar[str] = _("sent a message again by {channel}")
    channel: str
