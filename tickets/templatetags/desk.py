"""Template filters of tickets."""

from django import template
from django.utils.safestring import SafeString

from core.templatetags.ui import icon
from tickets.models import TicketChannel

register = template.Library()
CHANNEL_ICONS = {
    "portal": "world",
    "phone": "phone",
    "email": "mail",
    "chat": "message-circle",
    "api": "server",
}


@register.filter
def channel_icon(channel: str) -> str:
    """Icon of the way a ticket reached us."""
    return CHANNEL_ICONS.get(channel, "inbox")


@register.filter
def channel_mark(channel: str) -> SafeString:
    """The icon with its name read out."""
    return icon(channel_icon(channel), 16, TicketChannel(channel).label)


@register.filter
def first_word(name: str) -> str:
    """What colleagues call each other in a narrow column."""
    return name.split(maxsplit=1)[0] if name else ""
