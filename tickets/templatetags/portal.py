"""Template filters of the customers' ticket pages."""

from datetime import datetime

from django import template
from django.utils import timezone

from tickets import portal_words
from tickets.models import Ticket

register = template.Library()


@register.filter
def state_line(ticket: Ticket) -> str:
    """One line about where a ticket stands, now."""
    return portal_words.state_line(ticket, timezone.now())


@register.filter
def day_inside(moment: datetime) -> str:
    """A day inside a sentence: today, Monday 16 November."""
    return portal_words.day_words(moment, timezone.now())
