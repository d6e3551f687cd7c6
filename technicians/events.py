"""What can happen to a technician's profile. Names are stored: never rename one."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_noop as _

from core.events import DomainEvent, event


@event
@dataclass(frozen=True)
class TechnicianCreated(DomainEvent):
    name: ClassVar[str] = "technician.created"
    sentence: ClassVar[str] = _("added the technician")


@event
@dataclass(frozen=True)
class TechnicianChanged(DomainEvent):
    name: ClassVar[str] = "technician.changed"
    sentence: ClassVar[str] = _("changed {fields}")
    fields: str


@event
@dataclass(frozen=True)
class AvailabilityChanged(DomainEvent):
    name: ClassVar[str] = "technician.availability_changed"
    sentence: ClassVar[str] = _("is now {to_name}")
    from_value: str
    to_value: str
    to_name: str
