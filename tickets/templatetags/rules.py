"""Filters of the pages of rules."""

from datetime import datetime

from django import template
from django.utils.dateparse import parse_datetime

register = template.Library()


@register.filter
def moment(text: str) -> datetime | None:
    """ISO text of a stored moment."""
    return parse_datetime(text)
