"""Devices, categories and tickets for tests. Tickets walk the legal path through actions."""

from itertools import count
from typing import Any

from customers.models import Customer
from devices.models import Device, Product, ProductKind
from technicians.models import Skill
from tests.factories.people import make_contact, make_customer, make_user
from tickets import actions
from tickets.models import Category, Status, Ticket

_number = count(1)
PATHS = {
    Status.OPEN: [],
    Status.IN_PROGRESS: [Status.IN_PROGRESS],
    Status.WAITING: [Status.WAITING],
    Status.ON_HOLD: [Status.ON_HOLD],
    Status.RESOLVED: [Status.RESOLVED],
    Status.CLOSED: [Status.RESOLVED, Status.CLOSED],
}


def make_product(brand: str = "Kestrel", model: str = "", **fields: Any) -> Product:
    """A model of printer unless said otherwise."""
    defaults = {"kind": ProductKind.PRINTER}
    return Product.objects.create(
        brand=brand, model=model or f"LaserPro {next(_number)}", **{**defaults, **fields}
    )


def make_device(customer: Customer | None = None, **fields: Any) -> Device:
    """A device of the customer, in use."""
    n = next(_number)
    defaults = {"serial": f"KLP420-{n:05d}", "location": "Front desk"}
    if "product" not in fields:
        defaults["product"] = make_product()
    return Device.objects.create(customer=customer or make_customer(), **{**defaults, **fields})


def make_category(
    name: str = "", *, skills: dict[str, int] | None = None, **fields: Any
) -> Category:
    """A category; skills: name of the skill -> least level."""
    category = Category.objects.create(name=name or f"Category {next(_number)}", **fields)
    for skill_name, level in (skills or {}).items():
        skill, _ = Skill.objects.get_or_create(name=skill_name)
        category.needed_skills.create(skill=skill, minimum_level=level)
    return category


def make_ticket(
    customer: Customer | None = None, *, status: str = Status.OPEN, actor: Any = None, **fields: Any
) -> Ticket:
    """A ticket in the wanted state, brought there by the actions."""
    customer = customer or make_customer()
    n = next(_number)
    technician = fields.pop("technician", None)
    if "requester" not in fields:
        fields["requester"] = customer.contacts.first() or make_contact(customer)
    defaults = {"subject": f"Paper jam {n}", "description": "It jams on every second page."}
    ticket = actions.open_ticket(customer=customer, actor=actor, **{**defaults, **fields})
    if technician is not None:
        ticket = actions.assign_ticket(ticket, technician, actor=actor)
    by = actor or (make_user() if PATHS[Status(status)] else None)
    for step in PATHS[Status(status)]:
        ticket = actions.change_status(ticket, step, actor=by, resolution="Replaced the roller.")
    return ticket
