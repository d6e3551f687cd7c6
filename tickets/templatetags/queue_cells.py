"""The cells of a row of the queue.

The one list that is rendered in Python: agents open it hundreds of times a day, and walking a
template's branches for 25 rows of 10 columns takes four times as long as joining strings.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from core.templatetags.ui import avatar, human_time, priority_badge, status_badge
from tickets.queue import Row
from tickets.templatetags.desk import channel_mark, due_mark, first_word

register = template.Library()


def _cell(css: str, inner: object) -> SafeString:
    return format_html('<td class="{}" role="cell">{}</td>', css, inner)


def _clip(text: str | None) -> SafeString:
    return format_html('<div class="clip">{}</div>', text or "")


def _subject(row: Row) -> SafeString:
    is_new = row.shown_status == "new"
    people = f"{row.requester} · {row.customer}" if row.requester else row.customer
    return format_html(
        '<td class="w-sub" role="cell"><div class="ttl{}">{}<a class="clip" href="/tickets/{}/">{}'
        '</a></div><div class="sub">{}<span class="clip">{}</span></div></td>',
        " unread" if is_new else "",
        mark_safe('<span class="udot" aria-hidden="true"></span>') if is_new else "",
        row.pk,
        row.subject,
        channel_mark(row.channel),
        people,
    )


def _device(row: Row) -> SafeString:
    if not row.serial:
        return _cell("w-dev", format_html('<span class="ink-3">{}</span>', gettext("No device")))
    return format_html(
        '<td class="w-dev" role="cell"><div class="clip">{} {}</div>'
        '<div class="sub mono clip">{}</div></td>',
        row.brand,
        row.model,
        row.serial,
    )


def _technician(row: Row) -> SafeString:
    if not row.technician:
        words = format_html('<span class="ink-3 sm">{}</span>', gettext("Unassigned"))
        return _cell("w-as", words)
    return _cell(
        "w-as",
        format_html(
            '<span class="row-x">{}<span class="clip">{}</span></span>',
            avatar(row.technician, "xs"),
            first_word(row.technician),
        ),
    )


CELLS: dict[str, Callable[[Row], SafeString]] = {
    "reference": lambda row: _cell("w-id ink-3", row.pk),
    "subject": _subject,
    "customer": lambda row: _cell("w-dev", _clip(row.customer)),
    "requester": lambda row: _cell("w-dev", _clip(row.requester)),
    "device": _device,
    "priority": lambda row: _cell("w-pri", priority_badge(row.priority)),
    "status": lambda row: _cell("w-st", status_badge(row, short=True)),
    "due": lambda row: _cell("w-sla", due_mark(row)),
    "category": lambda row: _cell("w-dev", _clip(row.category)),
    "team": lambda row: _cell("w-as", _clip(row.team)),
    "technician": _technician,
    "opened": lambda row: _cell("w-up num ink-3", human_time(row.opened_at)),
    "updated": lambda row: _cell("w-up num ink-3", human_time(row.updated_at)),
}


@register.simple_tag
def queue_cells(row: Row, shown: Sequence[str]) -> SafeString:
    """The cells of these columns, in their order. Every value is escaped by format_html."""
    return mark_safe("".join(CELLS[key](row) for key in shown))


@register.simple_tag
def queue_check(row: Any) -> SafeString:
    """The box that selects a row."""
    return format_html(
        '<td class="w-check" role="cell"><input class="form-check-input m-0" type="checkbox" '
        'name="tickets" value="{}" data-select aria-label="{}"></td>',
        row.pk,
        gettext("Select ticket %(number)s") % {"number": row.pk},
    )
