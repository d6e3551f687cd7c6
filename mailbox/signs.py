"""What our signs stand for. Apps above register their kinds; a ticket's is known here."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Sent:
    """Something we sent. user_id: the colleague it went to; author_id: who wrote its message."""

    ticket_id: int | None
    user_id: int | None = None
    message_id: int | None = None
    author_id: int | None = None


Look = Callable[[int], Sent | None]
_KINDS: dict[str, Look] = {"ticket": lambda number: Sent(ticket_id=number)}


def register(kind: str, look: Look) -> None:
    """look: number -> what it is, None when it is gone."""
    _KINDS[kind] = look


def what_is(kind: str, number: int) -> Sent | None:
    """What a checked sign stands for; None for a kind nobody knows and for what is gone."""
    look = _KINDS.get(kind)
    return look(number) if look else None
