"""The entries of a ticket's timeline, put together in Python: sixty of them, walked through a
template's branches, would take longer than the rest of the page."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from core.fragments import NUMBER_MARK
from core.templatetags.ui import avatar, clock_time, day_heading, icon
from tickets.mentions import with_chips
from tickets.timeline import Entry, ShownFile

register = template.Library()


@register.simple_tag
def timeline_entries(
    entries: Iterable[Entry], opened_on: date | None, split_from: int | None = None
) -> SafeString:
    """The entries, oldest first, under a heading for each day of the reader's zone.

    opened_on: the day whose heading stands above them already, if there is one. split_from: key of
    the ticket whose messages the reader may split off.
    """
    day, parts = opened_on, []
    split_url = (
        "" if split_from is None else reverse("tickets:split", args=[split_from, NUMBER_MARK])
    )
    for entry in entries:
        here = timezone.localtime(entry.at).date()
        if here != day:
            day = here
            parts.append(f'<div class="dayl">{escape(day_heading(entry.at))}</div>')
        parts.append(_event(entry) if entry.kind == "event" else _message(entry, split_url))
    return mark_safe("\n".join(parts))


@register.filter
def message_keys(entries: Iterable[Entry]) -> str:
    """Keys of the messages among them, as an address takes them."""
    return ",".join(str(entry.key) for entry in entries if entry.kind != "event")


@register.filter
def local_day(value: object) -> date:
    """The day of a moment in the reader's zone."""
    return timezone.localtime(value).date()  # type: ignore[arg-type]


def _event(entry: Entry) -> str:
    actor = escape(entry.author or gettext("The desk"))
    return (
        f'<div class="sysl">{icon(entry.icon, 16)}<span><b>{actor}</b> {escape(entry.words)}</span>'
        f"{clock_time(entry.at)}</div>"
    )


def _message(entry: Entry, split_url: str) -> str:
    css = {"staff": " msg--staff", "note": " msg--note"}.get(entry.kind, "")
    copies = ""
    if entry.copies:
        words = f"{gettext('Cc')} {', '.join(entry.copies)}"
        copies = f'<span class="xs ink-3">{escape(words)}</span>'
    return (
        f'<article class="msg{css}">{avatar(entry.author, "sm")}<div class="msg-c">'
        f'<div class="msg-h"><b>{escape(entry.author)}</b>{_kind(entry.kind, get_language())}'
        f"{copies}{_thanks(entry.is_thanks)}{_sent(entry)}{clock_time(entry.at)}"
        f"{_split(split_url, entry)}</div>"
        f'<div class="msg-b" hx-disable>{with_chips(entry.words, entry.mentions)}</div>'
        f"{_files(entry.files)}{_place(entry)}"
        "</div></article>"
    )


def _sent(entry: Entry) -> str:
    """Where the outbox says what became of a reply."""
    return f'<span id="sent-{entry.key}"></span>' if entry.kind == "staff" else ""


def _place(entry: Entry) -> str:
    """Where the apps above put what they know of a message: the mail it came as."""
    return "" if entry.kind == "staff" else f'<div id="mail-{entry.key}"></div>'


def _split(page: str, entry: Entry) -> str:
    """page: address with NUMBER_MARK for the message, "" when the reader may not."""
    if not page or entry.kind == "note":  # a note is for nobody outside
        return ""
    url = page.replace(str(NUMBER_MARK), str(entry.key))
    words = gettext("Make a ticket of this message by %(name)s") % {"name": entry.author}
    return (
        f'<a class="btn btn-ghost btn-sm btn-sq" href="{url}" title="{escape(words)}"'
        f' aria-label="{escape(words)}">{icon("arrow-forward-up", 16)}</a>'
    )


def _thanks(is_thanks: bool) -> str:
    if not is_thanks:
        return ""
    words = escape(gettext("Filed without reopening"))
    return f'<span class="lab p-green">{icon("circle-check", 16)}{words}</span>'


@lru_cache(maxsize=64)
def _kind(kind: str, language: str | None) -> str:
    """Who may read it, in words."""
    if kind == "staff":
        words = escape(gettext("Public reply"))
        return f'<span class="lab p-brand">{icon("send", 16)}{words}</span>'
    if kind == "note":
        words = escape(gettext("Internal note, staff only"))
        return f'<span class="lab p-amber">{icon("lock", 16)}{words}</span>'
    return f"<span>{escape(gettext('Customer'))}</span>"


def _files(files: Iterable[ShownFile]) -> str:
    shown = [
        render_to_string(
            "components/file.html",
            {"name": file.name, "size": file.size, "url": file.url, "image": file.image},
        )
        for file in files
    ]
    return f'<div class="files">{"".join(shown)}</div>' if shown else ""
