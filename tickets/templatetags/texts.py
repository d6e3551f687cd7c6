"""Texts and macros in words, and who may change them."""

from typing import Any

from django import template

from tickets.macros import steps_words
from tickets.models.sharing import Shared
from tickets.permissions import can_change_shared

register = template.Library()
register.filter("steps_words", steps_words)


@register.filter
def may_be_changed_by(kept: Shared, user: Any) -> bool:
    """Whether the person may open it to change it."""
    return can_change_shared(user, kept)
