"""Who may look after people. No queries."""

from accounts.models import User


def can_see_people(user: User) -> bool:
    """Managers and administrators read the list of staff."""
    return user.is_manager


def can_manage_people(user: User) -> bool:
    """Administrators invite, disable and give roles."""
    return user.is_admin
