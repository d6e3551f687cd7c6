"""People and customers for tests. Made through the same models the actions use."""

from itertools import count
from typing import Any

from django.contrib.auth.models import Group

from accounts.models import Team, User
from accounts.roles import Role
from customers.models import Contact, Customer
from technicians.models import Skill, Technician, WorkingHours

_number = count(1)
PASSWORD = "correct horse battery 9"


def make_user(role: str | None = Role.AGENT, *, email: str = "", **fields: Any) -> User:
    """An active person with one role (None: with no role at all)."""
    n = next(_number)
    user = User.objects.create_user(
        email or f"person{n}@desk.test", PASSWORD, **{"name": f"Person {n}", **fields}
    )
    if role:
        user.groups.add(Group.objects.get(name=role))
        if role == Role.ADMIN:
            user.is_staff = True
            user.save(update_fields=["is_staff"])
    return user


def make_team(name: str = "", *members: User) -> Team:
    """A team with these members."""
    team = Team.objects.create(name=name or f"Team {next(_number)}")
    team.members.set(members)
    return team


def make_customer(name: str = "", **fields: Any) -> Customer:
    """A company in Bristol with a place on the map."""
    n = next(_number)
    defaults = {
        "name": name or f"Customer {n}",
        "email": f"office{n}@customer.test",
        "street": f"{n} High Street",
        "postcode": "BS8 2LG",
        "city": "Bristol",
        "latitude": 51.4585,
        "longitude": -2.6105,
    }
    return Customer.objects.create(**{**defaults, **fields})


def make_contact(customer: Customer, *, user: User | None = None, **fields: Any) -> Contact:
    """A person of the customer; with a user they can sign in."""
    n = next(_number)
    defaults = {
        "name": user.name if user else f"Contact {n}",
        "email": user.email if user else f"contact{n}@customer.test",
        "phone": "+441174960142",
    }
    return Contact.objects.create(customer=customer, user=user, **{**defaults, **fields})


def make_portal_user(customer: Customer, *, name: str = "", **fields: Any) -> User:
    """A customer's person who can sign in, with their contact."""
    user = make_user(Role.CUSTOMER, name=name or f"Portal {next(_number)}", **fields)
    make_contact(customer, user=user)
    return user


def make_technician(
    name: str = "",
    *,
    user: User | None = None,
    skills: dict[str, int] | None = None,
    hours: bool = True,
    **fields: Any,
) -> Technician:
    """A technician in Bristol, working all week round the clock unless hours is False.

    skills: name of the skill -> level.
    """
    user = user or make_user(Role.TECHNICIAN, name=name or f"Technician {next(_number)}")
    defaults = {"home_latitude": 51.4545, "home_longitude": -2.5879, "service_radius_km": 60}
    technician = Technician.objects.create(user=user, **{**defaults, **fields})
    for skill_name, level in (skills or {}).items():
        skill, _ = Skill.objects.get_or_create(name=skill_name)
        technician.skill_levels.create(skill=skill, level=level)
    if hours:
        WorkingHours.objects.bulk_create(
            WorkingHours(technician=technician, weekday=day, starts_minutes=0, ends_minutes=1440)
            for day in range(7)
        )
    return technician
