"""Changing a profile, also by two people at once."""

import re
from collections.abc import Callable
from typing import Any

from django.test import Client

from accounts.models import User
from technicians import actions
from technicians.models import Skill, Technician

ClientOf = Callable[[User], Client]


def opened(client: Client, url: str) -> dict[str, Any]:
    """The fields of the form as a browser would send them back."""
    form = client.get(url).context["form"]
    data: dict[str, Any] = {}
    for field in form:
        value = field.value()
        if value not in (None, False, ""):
            data[field.html_name] = field.field.prepare_value(value)
        if field.field.show_hidden_initial:
            data[field.html_initial_name] = value
    return data


def url_of(technician: Technician) -> str:
    return f"/technicians/{technician.pk}/edit/"


def test_a_manager_changes_profile_and_level(
    manager: User, alice: User, client_of: ClientOf
) -> None:
    client, skill = client_of(manager), Skill.objects.get()
    data = opened(client, url_of(alice.technician))
    answer = client.post(
        url_of(alice.technician), data | {"daily_capacity": "3", f"skill_{skill.pk}": "5"}
    )
    assert answer.status_code == 302, answer.context["form"].errors
    alice.technician.refresh_from_db()
    assert alice.technician.daily_capacity == 3
    assert alice.technician.skill_levels.get().level == 5


def test_the_second_saver_sees_both_versions(
    manager: User, alice: User, client_of: ClientOf
) -> None:
    client, technician = client_of(manager), alice.technician
    data = opened(client, url_of(technician))
    actions.update_technician(technician, {"daily_capacity": 9}, actor=manager)
    answer = client.post(url_of(technician), data | {"daily_capacity": "3"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert re.search(r"Your version.*3", page, re.DOTALL)
    assert re.search(r"Stored version.*9", page, re.DOTALL)
    technician.refresh_from_db()
    assert technician.daily_capacity == 9


def test_two_skills_given_by_two_people_both_stay(
    manager: User, alice: User, client_of: ClientOf
) -> None:
    networks = Skill.objects.create(name="Networks")
    client, technician = client_of(manager), alice.technician
    data = opened(client, url_of(technician))
    actions.update_technician(
        technician, {}, actor=manager, skills={Skill.objects.get(name="Printers"): 1}
    )
    client.post(url_of(technician), data | {f"skill_{networks.pk}": "2"})
    levels = {str(row.skill): row.level for row in technician.skill_levels.all()}
    assert levels == {"Printers": 1, "Networks": 2}


def test_agents_may_not_and_technicians_neither(
    agent: User, alice: User, client_of: ClientOf
) -> None:
    for user in (agent, alice):
        assert client_of(user).get(url_of(alice.technician)).status_code == 403
