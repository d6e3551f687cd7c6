"""Makes Fernhill's people, teams, skills and categories."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils.text import slugify

from accounts.models import Team, User
from accounts.roles import DESK_ROLES, Role
from demo.company import CATEGORIES, DOMAIN, EXPERTS, OFFICE, PASSWORD, SKILLS, TEAMS, WEEKS
from demo.places import PLACES
from technicians.models import Skill, Technician, TechnicianSkill, TimeOff, WorkingHours
from tickets.models import Category, CategorySkill


def mailbox(name: str) -> str:
    """elena.kovacs for Elena Kovács."""
    return slugify(name.replace("Dr ", "").replace("'", "")).replace("-", ".")


@dataclass
class Accounts:
    """Makes people who can sign in, all with the demo password (hashed once: hashing is slow)."""

    phones: int = 0
    hashed: str = field(default_factory=lambda: make_password(PASSWORD))

    def add(self, name: str, email: str, role: str, joined_at: datetime) -> User:
        """A person with one role and a confirmed address."""
        user = User.objects.create(
            name=name,
            email=email,
            password=self.hashed,
            phone=self.next_phone(),
            is_staff=role == Role.ADMIN,
            date_joined=joined_at,
        )
        user.groups.add(Group.objects.get(name=role))
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        return user

    def next_phone(self) -> str:
        """A number of the range that Ofcom keeps for fiction (Bristol, then Cardiff)."""
        self.phones += 1
        area = "117496" if self.phones % 2000 < 1000 else "292018"
        return f"+44{area}{self.phones % 1000:04d}"


@dataclass
class Staff:
    """Everybody who works at Fernhill, and what the desk sorts its work by."""

    agents: list[User]
    desk: dict[int, Technician]  # profile of each person of the desk, by key of the person
    manager: User
    technicians: list[Technician]
    categories: dict[str, Category]
    needs: dict[str, dict[int, int]]  # category -> skill id -> least level
    levels: dict[int, dict[int, int]]  # technician id -> skill id -> level


def make_staff(accounts: Accounts, *, today: datetime) -> Staff:
    """Store the company's people and settings; today: the reference moment."""
    joined_at = today - timedelta(days=700)
    office = {
        one.name: accounts.add(one.name, f"{mailbox(one.name)}@{DOMAIN}", one.role, joined_at)
        for one in OFFICE
    }
    at_desk = [office[one.name] for one in OFFICE if one.role in DESK_ROLES]
    skills = [Skill.objects.get_or_create(name=name)[0] for name in SKILLS]
    technicians = [_expert(accounts, n, skills, joined_at) for n in range(len(EXPERTS))]
    people = office | {str(one.user): one.user for one in technicians}
    teams = {}
    for name, members in TEAMS.items():
        teams[name] = Team.objects.create(name=name)
        teams[name].members.set([people[member] for member in members])
    categories, needs = {}, {}
    for kind in CATEGORIES:
        category = Category.objects.create(
            name=kind.name,
            team=teams[kind.team],
            is_onsite=kind.is_onsite,
            expected_minutes=kind.minutes,
        )
        needs[kind.name] = {skills[n].pk: level for n, level in kind.skills.items()}
        CategorySkill.objects.bulk_create(
            CategorySkill(category=category, skill_id=skill, minimum_level=level)
            for skill, level in needs[kind.name].items()
        )
        categories[kind.name] = category
    _time_off(technicians, today)
    return Staff(
        agents=[office[one.name] for one in OFFICE if one.role == Role.AGENT],
        desk={made.user_id: made for made in map(_of_desk, at_desk)},
        manager=next(office[one.name] for one in OFFICE if one.role == Role.MANAGER),
        technicians=technicians,
        categories=categories,
        needs=needs,
        levels={
            one.pk: {skills[n].pk: level for n, level in expert.skills.items()}
            for one, expert in zip(technicians, EXPERTS, strict=True)
        },
    )


def _expert(
    accounts: Accounts, number: int, skills: list[Skill], joined_at: datetime
) -> Technician:
    expert = EXPERTS[number]
    place = PLACES[expert.place]
    technician = Technician.objects.create(
        user=accounts.add(
            expert.name, f"{mailbox(expert.name)}@{DOMAIN}", Role.TECHNICIAN, joined_at
        ),
        languages=list(expert.languages),
        home_latitude=place.latitude,
        home_longitude=place.longitude,
        service_radius_km=expert.radius_km,
        service_postcodes=list(expert.postcodes),
        works_in_field=expert.in_field,
        daily_capacity=expert.capacity,
    )
    TechnicianSkill.objects.bulk_create(
        TechnicianSkill(technician=technician, skill=skills[n], level=level)
        for n, level in expert.skills.items()
    )
    WorkingHours.objects.bulk_create(
        WorkingHours(technician=technician, weekday=day, starts_minutes=start, ends_minutes=end)
        for day, stretches in WEEKS[expert.hours].items()
        for start, end in stretches
    )
    return technician


def _of_desk(user: User) -> Technician:
    return Technician.objects.create(user=user, is_dispatched=False, works_in_field=False)


def _time_off(technicians: list[Technician], today: datetime) -> None:
    """One away today, one next week, one a while ago."""
    midnight = today.replace(hour=0, minute=0, second=0, microsecond=0)
    for number, start, days, reason in [
        (8, -2, 5, "Holiday"),
        (5, 6, 5, "Holiday"),
        (3, 3, 1, "Training"),
        (1, -40, 10, "Holiday"),
    ]:
        TimeOff.objects.create(
            technician=technicians[number],
            starts_at=midnight + timedelta(days=start),
            ends_at=midnight + timedelta(days=start + days),
            reason=reason,
        )
