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
    "sms": "message",
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
    left = ticket.due_at - now
    if left.total_seconds() <= 0:
        return _due_mark("late", ticket.due_kind, span_words(-left), get_language())
    state = "soon" if left.total_seconds() <= SOON_SECONDS else "ok"
    return _due_mark(state, ticket.due_kind, moment_words(ticket.due_at, now), get_language())


@lru_cache(maxsize=2048)
def _due_mark(state: str, kind: str, moment: str, language: str | None) -> SafeString:
    """state: late, soon or ok. kind: of the promise. moment: when, in words."""
    words = gettext("%(span)s late") % {"span": moment} if state == "late" else moment
    icons = {"late": "alert-triangle", "soon": "hourglass-high", "ok": "clock"}
    return _mark(state, icons[state], _PROMISES.get(kind, "%s") % words)


def _mark(kind: str, icon_name: str, words: str) -> SafeString:
    return format_html('<span class="sla sla--{}">{}{}</span>', kind, icon(icon_name), words)
