"""The one way a door refuses: seen but not allowed is 403."""

from django.core.exceptions import PermissionDenied


def require(allowed: bool) -> None:
    """Raise PermissionDenied (403) unless allowed."""
    if not allowed:
        raise PermissionDenied
