"""Making a profile for a colleague."""

from collections.abc import Callable

from django.test import Client

from accounts.models import User
from accounts.roles import Role
from technicians.models import Skill, Technician
from tests.factories.people import make_user

ClientOf = Callable[[User], Client]
URL = "/technicians/new/"
DATA = {"time_zone": "Europe/London", "daily_capacity": "5", "works_in_field": "on"}


def test_a_manager_makes_one_with_skills_and_goes_on_to_the_hours(
    manager: User, client_of: ClientOf
) -> None:
    skill = Skill.objects.create(name="Printers")
    user = make_user(Role.TECHNICIAN)
    data = DATA | {
        "user": user.pk, f"skill_{skill.pk}": "4", "new_skill": "Scanners",
        "new_skill_level": "2", "service_postcodes": "bs8 2, BS6", "languages": ["en", "de"],
    }  # fmt: skip
    answer = client_of(manager).post(URL, data)
    made = Technician.objects.get(user=user)
    assert answer["Location"] == f"/technicians/{made.pk}/hours/"
    assert made.service_postcodes == ["BS82", "BS6"]
    assert made.languages == ["en", "de"]
    levels = {str(row.skill): row.level for row in made.skill_levels.all()}
    assert levels == {"Printers": 4, "Scanners": 2}


def test_half_a_place_and_a_bad_zone_are_said_beside_the_field(
    manager: User, client_of: ClientOf
) -> None:
    user = make_user(Role.TECHNICIAN)
    data = DATA | {"user": user.pk, "home_latitude": "51.4", "time_zone": "Mars/Base"}
    answer = client_of(manager).post(URL, data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Give both numbers of the place, or neither." in page
    assert "Choose a time zone" in page
    assert not Technician.objects.exists()


def test_an_existing_skill_is_not_made_twice(manager: User, client_of: ClientOf) -> None:
    Skill.objects.create(name="Printers")
    data = DATA | {"user": make_user(Role.TECHNICIAN).pk, "new_skill": " printers "}
    assert client_of(manager).post(URL, data).status_code == 422


def test_somebody_with_a_profile_cannot_be_chosen(
    manager: User, alice: User, client_of: ClientOf
) -> None:
    make_user(Role.TECHNICIAN)
    assert client_of(manager).post(URL, DATA | {"user": alice.pk}).status_code == 422


def test_with_nobody_left_the_page_says_so(manager: User, alice: User, client_of: ClientOf) -> None:
    assert b"has a profile already" in client_of(manager).get(URL).content


def test_agents_may_not(agent: User, client_of: ClientOf) -> None:
    assert client_of(agent).get(URL).status_code == 403
