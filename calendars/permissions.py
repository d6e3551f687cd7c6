"""Who may change calendars."""

from typing import Any


def can_edit_calendars(user: Any) -> bool:
    """Managers: every promise to a customer is counted in these hours."""
    return user.is_manager
