"""Small words of replies on their way out."""

from datetime import datetime

from django import template

from tickets.models import Outgoing, Status

register = template.Library()


@register.filter
def seconds_left(outgoing: Outgoing, now: datetime) -> int:
    """Whole seconds until it goes out, never negative."""
    return max(0, round((outgoing.release_at - now).total_seconds()))


@register.filter
def status_name(value: str) -> str:
    """The word of a status; what is none comes back as it is."""
    return str(Status(value).label) if value in Status.values else str(value)
