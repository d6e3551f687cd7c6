"""Template tags of promises: lengths in words, and a day as a bar."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tickets.sla_picture import Day
from tickets.sla_picture import time_words as words_of_seconds

register = template.Library()


@register.filter
def time_words(seconds: int) -> str:
    """Length of time to the second, in words."""
    return words_of_seconds(int(seconds))


@register.filter
def minute_words(minutes: int | None) -> str:
    """What is promised, in words; a dash where nothing is."""
    return words_of_seconds(minutes * 60) if minutes else "–"


@register.simple_tag
def day_bar(day: Day) -> SafeString:
    """The hours of a day, midnight to midnight. Attributes of SVG: styles are forbidden."""
    pieces = format_html_join(
        "",
        '<rect class="hour {}" x="{}" y="0" width="{}" height="16"><title>{}</title></rect>',
        ((piece.css, piece.x, piece.width, piece.words) for piece in day.pieces),
    )
    return format_html(
        '<svg class="hours-bar" viewBox="0 0 1000 16" preserveAspectRatio="none">'
        '<rect class="hour hour--none" x="0" y="0" width="1000" height="16"></rect>{}</svg>',
        pieces,
    )
