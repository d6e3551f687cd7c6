"""What can happen to a message in the outbox. Names are stored: never rename one."""

from dataclasses import dataclass
from typing import Any, ClassVar

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


@event
@dataclass(frozen=True)
class NotificationCancelled(DomainEvent):
    name: ClassVar[str] = "notification.cancelled"
    sentence: ClassVar[str] = _("cancelled a message by {channel}")
    channel: str


@event
@dataclass(frozen=True)
class NewsGathered(DomainEvent):
    """What waited for one person goes out as one message. The subject is the person."""

    name: ClassVar[str] = "notification.gathered"
    sentence: ClassVar[str] = _("gathered {count} messages by {channel} into one")
    count: int
    channel: str


@event
@dataclass(frozen=True)
class RuleChanged(DomainEvent):
    """Who is told of what, in words. channels: "" when they are not told any more."""

    name: ClassVar[str] = "notification.rule_changed"
    sentence: ClassVar[str] = _("“{event}”: tells “{audience}” by {channels}")
    silence: ClassVar[str] = _("“{event}”: tells “{audience}” no more")
    event: str
    audience: str
    channels: str

    @classmethod
    def wording(cls, payload: dict[str, Any]) -> str:
        return cls.sentence if payload.get("channels") else cls.silence


@event
@dataclass(frozen=True)
class PushDeviceAdded(DomainEvent):
    """The subject is the person."""

    name: ClassVar[str] = "notification.push_device_added"
    sentence: ClassVar[str] = _("lets {device} be woken by push messages")
    device: str


@event
@dataclass(frozen=True)
class PushDeviceRemoved(DomainEvent):
    name: ClassVar[str] = "notification.push_device_removed"
    sentence: ClassVar[str] = _("ended push messages on {device}")
    device: str


@event
@dataclass(frozen=True)
class ProviderStopped(DomainEvent):
    """It does not answer: nothing is sent there until it does."""

    name: ClassVar[str] = "provider.stopped"
    sentence: ClassVar[str] = _("stopped sending by {channel}: the provider does not answer")
    channel: str


@event
@dataclass(frozen=True)
class ProviderRecovered(DomainEvent):
    name: ClassVar[str] = "provider.recovered"
    sentence: ClassVar[str] = _("sends by {channel} again: the provider answers")
    channel: str


@event
@dataclass(frozen=True)
class WordingChanged(DomainEvent):
    """fields: labels of what differs, never the words."""

    name: ClassVar[str] = "wording.changed"
    sentence: ClassVar[str] = _("changed {fields} of the message “{label}”")
    label: str
    fields: str


@event
@dataclass(frozen=True)
class WordingReset(DomainEvent):
    name: ClassVar[str] = "wording.reset"
    sentence: ClassVar[str] = _("went back to the shipped words of the message “{label}”")
    label: str


@event
@dataclass(frozen=True)
class WordingTried(DomainEvent):
    """Its subject is the person: words that are tried need not be stored."""

    name: ClassVar[str] = "wording.tried"
    sentence: ClassVar[str] = _("sent the message “{label}” to themselves to try it")
    label: str
    message_id: int
