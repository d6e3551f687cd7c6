"""Template filters of tickets."""

from django import template

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
