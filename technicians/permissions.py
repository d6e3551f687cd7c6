"""Who may change what about a technician they can see."""

from typing import Any

from technicians.models import Technician


def can_edit_technician(user: Any, technician: Technician) -> bool:
    """Profile, skills, working hours: managers."""
    return user.is_manager


def can_create_technician(user: Any) -> bool:
    """Make a profile for a colleague: managers."""
    return user.is_manager


def can_set_availability(user: Any, technician: Technician) -> bool:
    """Oneself, and managers for others."""
    return user.is_manager or technician.user_id == user.pk


def can_plan_time_off(user: Any, technician: Technician) -> bool:
    """Oneself, and managers for others."""
    return can_set_availability(user, technician)
