"""What can happen to a mail that came in. Names are stored: never rename one."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_noop as _

from core.events import DomainEvent, event


@event
@dataclass(frozen=True)
class MailCameBack(DomainEvent):
    """One we sent did not arrive. kind and number: its sign; reason: the other server's code."""

    name: ClassVar[str] = "mail.came_back"
    sentence: ClassVar[str] = _("a mail came back: {reason}")
    kind: str
    number: int
    is_hard: bool
    reason: str


@event
@dataclass(frozen=True)
class MailMoved(DomainEvent):
    name: ClassVar[str] = "mail.moved"
    sentence: ClassVar[str] = _("moved a mail to {other}")
    other: str
    other_id: int


@event
@dataclass(frozen=True)
class MailRunAgain(DomainEvent):
    name: ClassVar[str] = "mail.run_again"
    sentence: ClassVar[str] = _("had a mail of the quarantine read again")
    fate: str


@event
@dataclass(frozen=True)
class MailboxSaved(DomainEvent):
    """Somebody set it up, or how it is fetched; fields are names, never values."""

    name: ClassVar[str] = "mailbox.saved"
    sentence: ClassVar[str] = _("saved the mailbox {title}: {fields}")
    title: str
    fields: str


@event
@dataclass(frozen=True)
class MailboxUnreachable(DomainEvent):
    """Its mail server did not let us in several times in a row."""

    name: ClassVar[str] = "mailbox.unreachable"
    sentence: ClassVar[str] = _("the mailbox {title} cannot be read: {why}")
    title: str
    why: str


@event
@dataclass(frozen=True)
class SmsStopped(DomainEvent):
    """Its number wants no more SMS. The number itself stands in the row, which can be erased."""

    name: ClassVar[str] = "sms.stopped"
    sentence: ClassVar[str] = _("asked for no more SMS")


@event
@dataclass(frozen=True)
class SmsStarted(DomainEvent):
    name: ClassVar[str] = "sms.started"
    sentence: ClassVar[str] = _("asked for SMS again")


@event
@dataclass(frozen=True)
class SmsHelpAsked(DomainEvent):
    name: ClassVar[str] = "sms.help_asked"
    sentence: ClassVar[str] = _("asked by SMS who we are")


@event
@dataclass(frozen=True)
class SmsMoved(DomainEvent):
    name: ClassVar[str] = "sms.moved"
    sentence: ClassVar[str] = _("moved an SMS to {other}")
    other: str
    other_id: int


@event
@dataclass(frozen=True)
class SmsRunAgain(DomainEvent):
    name: ClassVar[str] = "sms.run_again"
    sentence: ClassVar[str] = _("had an SMS of the quarantine read again")
    fate: str
