"""How long work has been waiting: figures of /readyz, given by the apps that own the work.

A figure is a number that should be small; above its limit the desk works, but somebody should
look. Apps register theirs in a module `health`, which is found when Django starts.
"""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from core.models import Delivery, EventRecord

Figure = Callable[[], int]
FIGURES: dict[str, tuple[Figure, int]] = {}
WAITING_LIMIT_SECONDS = 300


def figure(name: str, *, limit: int) -> Callable[[Figure], Figure]:
    """Decorator: show what the function returns, with a warning above the limit."""

    def register(function: Figure) -> Figure:
        FIGURES[name] = (function, limit)
        return function

    return register


def measure() -> tuple[dict[str, int], list[str]]:
    """(every figure, names of those above their limits)."""
    figures = {name: function() for name, (function, _limit) in FIGURES.items()}
    return figures, [name for name, value in figures.items() if value > FIGURES[name][1]]


def seconds_since(moment: datetime | None) -> int:
    """Whole seconds something has been waiting; 0 for nothing and for the future."""
    return max(int((timezone.now() - moment).total_seconds()), 0) if moment else 0


@figure("oldest_event_seconds", limit=WAITING_LIMIT_SECONDS)
def oldest_event() -> int:
    """Age of the first event nobody was told of; ids grow with time, and there is an index."""
    waiting = EventRecord.objects.filter(dispatched_at=None).order_by("pk")
    return seconds_since(waiting.values_list("occurred_at", flat=True).first())


@figure("oldest_delivery_seconds", limit=WAITING_LIMIT_SECONDS)
def oldest_delivery() -> int:
    """How long the reaction that is most overdue has been due."""
    waiting = Delivery.objects.filter(done_at=None, failed_at=None).order_by("next_attempt_at")
    return seconds_since(waiting.values_list("next_attempt_at", flat=True).first())
