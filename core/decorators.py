"""Marks on views that middleware reads."""

from collections.abc import Callable
from typing import TypeVar

V = TypeVar("V", bound=Callable)


def for_everyone(view: V) -> V:
    """Open to every signed-in person, whatever the audience of its path."""
    view.audience = "everyone"  # type: ignore[attr-defined]
    return view
