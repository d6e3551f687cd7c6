"""What can happen to a device. Names are stored: never rename one."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_noop as _

from core.events import DomainEvent, event


@event
@dataclass(frozen=True)
class DeviceRegistered(DomainEvent):
    name: ClassVar[str] = "device.registered"
    sentence: ClassVar[str] = _("registered the device")
    customer_id: int
    by_customer: bool = False


@event
@dataclass(frozen=True)
class DeviceChanged(DomainEvent):
    name: ClassVar[str] = "device.changed"
    sentence: ClassVar[str] = _("changed {fields}")
    fields: str


@event
@dataclass(frozen=True)
class DeviceDeleted(DomainEvent):
    name: ClassVar[str] = "device.deleted"
    sentence: ClassVar[str] = _("deleted the device")
    customer_id: int
