"""Which tickets a phone was last told about by SMS. The app above that sends them registers it."""

from collections.abc import Callable
from datetime import datetime

Look = Callable[[str, datetime], list[int]]
_look: list[Look] = []


def register(look: Look) -> None:
    """look: (number as E.164, not before) -> ticket keys, the last first."""
    _look[:] = [look]


def tickets_told(phone: str, since: datetime) -> list[int]:
    return _look[0](phone, since) if _look else []
