"""What the plain pages of core.pages record about data that has no actions of its own."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_noop

from core.events import DomainEvent, event


@event
@dataclass(frozen=True)
class RecordCreated(DomainEvent):
    """Somebody made a record."""

    name: ClassVar[str] = "record.created"
    sentence: ClassVar[str] = gettext_noop("created {label}")
    label: str


@event
@dataclass(frozen=True)
class RecordChanged(DomainEvent):
    """Somebody changed a record; fields: labels of what differs, never the values."""

    name: ClassVar[str] = "record.changed"
    sentence: ClassVar[str] = gettext_noop("changed {fields} of {label}")
    label: str
    fields: str


@event
@dataclass(frozen=True)
class RecordDeleted(DomainEvent):
    """Somebody deleted a record."""

    name: ClassVar[str] = "record.deleted"
    sentence: ClassVar[str] = gettext_noop("deleted {label}")
    label: str
