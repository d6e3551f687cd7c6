"""Template filters of tickets."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, gettext_lazy

from core.templatetags.ui import icon, moment_words, span_words
from tickets.models import TicketChannel

register = template.Library()
SOON_SECONDS = 2 * 3600
# What is due by its kind; %s: "in 18 m", "4 m late", "Wed 11:00".
_PROMISES = {
    "first_reply": gettext_lazy("Reply %s"),
    "next_reply": gettext_lazy("Reply %s"),
    "resolution": gettext_lazy("Fix %s"),
    "manual": gettext_lazy("Due %s"),
}
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
    return _channel_mark(channel, get_language())


@lru_cache(maxsize=64)
def _channel_mark(channel: str, language: str | None) -> SafeString:
    return icon(channel_icon(channel), 16, TicketChannel(channel).label)


@register.filter
def first_word(name: str) -> str:
    """What colleagues call each other in a narrow column."""
    return name.split(maxsplit=1)[0] if name else ""


@register.filter
def due_mark(ticket: Any, now: datetime | None = None) -> SafeString | str:
    """When the next promise of a ticket runs out: late, soon, later, paused, or nothing."""
    if ticket.due_at is None:
        if not ticket.is_paused:
            return ""
        return _mark("pause", "player-pause", gettext("Paused"))
    now = now or timezone.now()
    left, promise = ticket.due_at - now, _PROMISES.get(ticket.due_kind, "%s")
    if left.total_seconds() <= 0:
        words = gettext("%(span)s late") % {"span": span_words(-left)}
        return _mark("late", "alert-triangle", promise % words)
    words = promise % moment_words(ticket.due_at, now)
    if left.total_seconds() <= SOON_SECONDS:
        return _mark("soon", "hourglass-high", words)
    return _mark("ok", "clock", words)


def _mark(kind: str, icon_name: str, words: str) -> SafeString:
    return format_html('<span class="sla sla--{}">{}{}</span>', kind, icon(icon_name), words)
