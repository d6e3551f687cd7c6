"""What can happen to a customer. Names are stored: never rename one."""

from dataclasses import dataclass, field
from typing import ClassVar

from django.utils.translation import gettext_noop as _

from core.events import DomainEvent, event


@event
@dataclass(frozen=True)
class CustomerCreated(DomainEvent):
    name: ClassVar[str] = "customer.created"
    sentence: ClassVar[str] = _("added the customer")


@event
@dataclass(frozen=True)
class CustomerChanged(DomainEvent):
    name: ClassVar[str] = "customer.changed"
    sentence: ClassVar[str] = _("changed {fields}")
    fields: str


@event
@dataclass(frozen=True)
class CustomerDeleted(DomainEvent):
    name: ClassVar[str] = "customer.deleted"
    sentence: ClassVar[str] = _("deleted the customer with {devices} devices and {tickets} tickets")
    devices: int
    tickets: int
    contacts: int
    ticket_ids: list[int] = field(default_factory=list)  # whose news must go too


@event
@dataclass(frozen=True)
class ContactCreated(DomainEvent):
    name: ClassVar[str] = "customer.contact_created"
    sentence: ClassVar[str] = _("added a contact")
    contact_id: int


@event
@dataclass(frozen=True)
class ContactChanged(DomainEvent):
    name: ClassVar[str] = "customer.contact_changed"
    sentence: ClassVar[str] = _("changed a contact: {fields}")
    contact_id: int
    fields: str


@event
@dataclass(frozen=True)
class ContactRemoved(DomainEvent):
    name: ClassVar[str] = "customer.contact_removed"
    sentence: ClassVar[str] = _("removed a contact")
    contact_id: int
