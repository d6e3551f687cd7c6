"""The cells of a row of the queue.

The one list that is rendered in Python: agents open it hundreds of times a day, and walking a
template's branches for 25 rows of 10 columns takes four times as long as joining strings.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from django import template
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from core.templatetags.ui import avatar, human_time, icon, priority_badge, status_badge
from tickets.queue import Row
from tickets.templatetags.desk import channel_mark, due_mark, first_word

register = template.Library()
TAGS_SHOWN = 2


def _cell(css: str, inner: str) -> str:
    """inner: safe HTML."""
    return f'<td class="{css}" role="cell">{inner}</td>'


def _clip(text: str | None) -> str:
    return f'<div class="clip">{escape(text or "")}</div>'


def _replying(names: Sequence[str]) -> str:
    """Who is writing an answer at this moment."""
    words = ngettext("%(names)s is replying", "%(names)s are replying", len(names))
    said = escape(words % {"names": ", ".join(names[:3])})
    return f'<span class="here here--writing">{icon("pencil", 16)} {said}</span>'


def _subject(row: Row, beside: str = "") -> str:
    """beside: safe HTML after the people."""
    is_new = row.shown_status == "new"
    people = f"{row.requester} · {row.customer}" if row.requester else row.customer
    dot = '<span class="udot" aria-hidden="true"></span>' if is_new else ""
    return (
        f'<td class="w-sub" role="cell"><div class="ttl{" unread" if is_new else ""}">{dot}'
        f'<a class="clip" href="/tickets/{row.pk}/">{escape(row.subject)}</a>'
        f"{_tags(row.tags)}</div>"
        f'<div class="sub">{channel_mark(row.channel)}<span class="clip">{escape(people)}</span>'
        f"{beside}</div></td>"
    )


def _tags(tags: Sequence[tuple[str, str]]) -> str:
    """The first two, and how many more there are; all of them when the mouse rests on it."""
    if not tags:
        return ""
    shown = "".join(_tag(name, colour) for name, colour in tags[:TAGS_SHOWN])
    more = f'<span class="tagx">+{len(tags) - TAGS_SHOWN}</span>' if tags[TAGS_SHOWN:] else ""
    names = escape(", ".join(name for name, _colour in tags))
    return f'<span class="tags-row" title="{names}">{shown}{more}</span>'


def _tag(name: str, colour: str) -> str:
    return f'<span class="tagx{f" p-{colour}" if colour else ""}">{escape(name)}</span>'


def _device(row: Row) -> str:
    if not row.serial:
        return _cell("w-dev", f'<span class="ink-3">{escape(gettext("No device"))}</span>')
    return _cell(
        "w-dev",
        f'<div class="clip">{escape(row.brand)} {escape(row.model)}</div>'
        f'<div class="sub mono clip">{escape(row.serial)}</div>',
    )


def _technician(row: Row) -> str:
    if not row.technician:
        return _cell("w-as", f'<span class="ink-3 sm">{escape(gettext("Unassigned"))}</span>')
    face, name = avatar(row.technician, "xs"), escape(first_word(row.technician))
    return _cell("w-as", f'<span class="row-x">{face}<span class="clip">{name}</span></span>')


# Each gives safe HTML: what people typed goes through escape().
CELLS: dict[str, Callable[[Row], str]] = {
    "reference": lambda row: _cell("w-id ink-3", str(row.pk)),
    "subject": _subject,
    "customer": lambda row: _cell("w-dev", _clip(row.customer)),
    "requester": lambda row: _cell("w-dev", _clip(row.requester)),
    "device": _device,
    "priority": lambda row: _cell("w-pri", priority_badge(row.priority)),
    "status": lambda row: _cell("w-st", status_badge(row, short=True)),
    "category": lambda row: _cell("w-dev", _clip(row.category)),
    "team": lambda row: _cell("w-as", _clip(row.team)),
    "technician": _technician,
}
# These change while the row does not.
TIMED: dict[str, Callable[[Row, datetime], str]] = {
    "due": lambda row, now: _cell("w-sla", due_mark(row, now)),
    "opened": lambda row, now: _cell("w-up num ink-3", human_time(row.opened_at, now)),
    "updated": lambda row, now: _cell("w-up num ink-3", human_time(row.updated_at, now)),
}


@register.simple_tag
def queue_rows(
    rows: Iterable[Row],
    shown: Sequence[str],
    can_select: bool,
    writers: Mapping[int, Sequence[str]] | None = None,
) -> SafeString:
    """The rows with the cells of these columns; can_select: each with a box in front.

    writers: ticket key -> first names of colleagues who are replying there.
    """
    writers = writers or {}
    keys, now, language = tuple(shown), timezone.now(), get_language()
    lines = []
    for row in rows:
        still = _still(row, keys, can_select, language)
        said = "".join(
            part if part is not None else TIMED[key](row, now)
            for key, part in zip(("", *keys), still, strict=True)
        )
        if row.pk in writers:
            said = said.replace(_subject(row), _subject(row, _replying(writers[row.pk])))
        lines.append(f'<tr role="row">{said}</tr>')
    return mark_safe("\n".join(lines))


@lru_cache(maxsize=4096)
def _still(
    row: Row, keys: tuple[str, ...], can_select: bool, language: str | None
) -> tuple[str | None, ...]:
    """The box and the cells, None for those of TIMED. All of a row is in the key, so what is kept
    can not be out of date; a queue shows the same rows again and again.
    """
    box = _check(row.pk, escape(gettext("Select ticket %(number)s"))) if can_select else ""
    return box, *(CELLS[key](row) if key in CELLS else None for key in keys)


def _check(pk: int, select: str) -> str:
    """The box that selects a row. select: escaped words with %(number)s in them."""
    label = select % {"number": pk}
    return (
        '<td class="w-check" role="cell"><input class="form-check-input m-0" type="checkbox" '
        f'name="tickets" value="{pk}" data-select aria-label="{label}"></td>'
    )
