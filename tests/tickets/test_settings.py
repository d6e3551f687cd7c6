"""The desk's switches."""

import pytest

from core.models import EventRecord
from tickets.models import DeskSettings

pytestmark = pytest.mark.django_db
FORM = {
    "auto_close_days": "3",
    "close_warning_days": "2",
    "repeat_days": "90",
    "undo_seconds": "15",
    "weight_skills": "40",
    "weight_distance": "25",
    "weight_availability": "20",
    "weight_load": "15",
}


def test_a_manager_turns_automatic_assignment_off(manager, client_of):
    assert client_of(manager).post("/settings/", FORM).status_code == 302
    stored = DeskSettings.load()
    assert (stored.auto_assign, stored.auto_close_days) == (False, 3)
    assert EventRecord.objects.filter(name="desk.settings_changed").count() == 1


def test_an_agent_may_not(agent, client_of):
    assert client_of(agent).post("/settings/", FORM).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"auto_close_days": "0"},
        {"auto_close_days": "x"},
        {"close_warning_days": "3"},
        {"close_warning_days": "-1"},
        {"weight_load": "16"},
    ],
)
def test_bad_values_are_refused_beside_the_field(wrong, manager, client_of):
    answer = client_of(manager).post("/settings/", FORM | wrong)
    assert answer.status_code == 422
    assert answer.context["form"].errors


@pytest.mark.parametrize("seconds", ["-1", "121", "x", ""])
def test_an_impossible_window_of_undo_is_refused(seconds, manager, client_of):
    answer = client_of(manager).post("/settings/", {**FORM, "undo_seconds": seconds})
    assert answer.status_code == 422
    assert DeskSettings.load().undo_seconds == 15
