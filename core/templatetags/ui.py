"""Tags and filters of the interface. The one mapping of statuses to icon, colour and word."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any
from zlib import crc32

import phonenumbers
from django import forms, template
from django.conf import settings
from django.contrib.messages import constants as levels
from django.contrib.messages.storage.base import Message
from django.forms.boundfield import BoundField
from django.middleware.csrf import get_token
from django.template import RequestContext
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import (
    get_language,
    gettext,
    gettext_lazy,
    ngettext,
    pgettext_lazy,
)

from core.fragments import TOKEN_MARK
from core.highlights import marked as highlighted

register = template.Library()
Words = str | Promise
AVATAR_TINTS = 6


@dataclass(frozen=True)
class Look:
    """How a value is shown: an icon of the sprite and words for staff, tables and customers."""

    icon: str
    word: Words
    short: Words = ""
    portal: Words = ""


# The class is st--<key>; "new" and "visit" are views of a ticket, not stored statuses.
STATUSES: dict[str, Look] = {
    "new": Look("circle-dashed", gettext_lazy("New"), portal=gettext_lazy("Received")),
    "open": Look("circle-dot", gettext_lazy("Open"), portal=gettext_lazy("Received")),
    "in_progress": Look("player-play", gettext_lazy("In progress")),
    "waiting": Look(
        "message-2-question",
        gettext_lazy("Waiting on customer"),
        gettext_lazy("Waiting"),
        gettext_lazy("Your reply needed"),
    ),
    "on_hold": Look("player-pause", gettext_lazy("On hold")),
    "visit": Look("calendar-event", gettext_lazy("Visit booked")),
    "resolved": Look("circle-check", gettext_lazy("Resolved"), portal=gettext_lazy("Solved")),
    "closed": Look("archive", gettext_lazy("Closed")),
}
# Stored number -> class pri--<key> and look; a smaller number is more urgent.
PRIORITIES: dict[int, tuple[str, Look]] = {
    1: ("urgent", Look("f-alert-octagon", gettext_lazy("Urgent"))),
    2: ("high", Look("chevrons-up", pgettext_lazy("priority", "High"))),
    3: ("normal", Look("equal", pgettext_lazy("priority", "Normal"))),
    4: ("low", Look("chevron-down", pgettext_lazy("priority", "Low"))),
}
DEVICE_ICONS = {
    "printer": "printer",
    "computer": "device-laptop",
    "server": "server",
    "network": "router",
    "phone": "phone",
    "terminal": "credit-card",
    "power": "plug",
    "other": "devices",
}
MESSAGE_LOOKS = {
    levels.SUCCESS: ("p-green", "circle-check"),
    levels.WARNING: ("p-amber", "alert-triangle"),
    levels.ERROR: ("p-red", "alert-circle"),
}
WARRANTY_WARNING = timedelta(days=60)


@register.simple_tag
def icon(name: str, size: int = 18, label: Words = "", css: str = "") -> SafeString:
    """Icon of the sprite. size: 16, 18, 24 or 32 pixels. With a label it is read out as an image;
    without one it is decoration."""
    return _icon(name, size, str(label), css)


@lru_cache(maxsize=2048)
def _icon(name: str, size: int, label: str, css: str) -> SafeString:
    classes = " ".join(part for part in ("icon", f"icon-{size}" if size != 18 else "", css) if part)
    href = f"{static('vendor/icons.svg')}#i-{name}"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>',
            classes,
            label,
            href,
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', classes, href)


def status_key(ticket: Any) -> str:
    """Key in STATUSES of a ticket (its `shown_status`) or of a bare status."""
    return str(getattr(ticket, "shown_status", ticket))


@register.simple_tag
def status_badge(
    ticket: Any, pill: bool = False, short: bool = False, portal: bool = False
) -> SafeString:
    """Status of a ticket (or a bare status) as icon and word.

    pill: tinted, for headers. short: the word for narrow tables. portal: the customer's word.
    """
    return _status_badge(status_key(ticket), pill, short, portal, get_language())


@lru_cache(maxsize=512)
def _status_badge(
    key: str, pill: bool, short: bool, portal: bool, language: str | None
) -> SafeString:
    look = STATUSES[key]
    word = (portal and look.portal) or (short and look.short) or look.word
    return format_html(
        '<span class="st st--{}{}">{}{}</span>',
        key,
        " st--pill" if pill else "",
        icon(look.icon),
        word,
    )


@register.simple_tag
def status_word(ticket: Any, portal: bool = False) -> str:
    """Only the word of a ticket's status."""
    look = STATUSES[status_key(ticket)]
    return str((portal and look.portal) or look.word)


@register.simple_tag
def status_icon(ticket: Any, size: int = 18) -> SafeString:
    """Only the icon of a ticket's status; put the word beside it."""
    return icon(STATUSES[status_key(ticket)].icon, size)


@register.simple_tag
def priority_badge(priority: int, urgent_only: bool = False) -> SafeString:
    """Priority (1..4) as icon and word. urgent_only: nothing for Normal and Low (phones)."""
    return _priority_badge(int(priority), urgent_only, get_language())


@lru_cache(maxsize=128)
def _priority_badge(priority: int, urgent_only: bool, language: str | None) -> SafeString:
    key, look = PRIORITIES[priority]
    if urgent_only and key in {"normal", "low"}:
        return mark_safe("")
    return format_html('<span class="pri pri--{}">{}{}</span>', key, icon(look.icon), look.word)


@register.filter
def device_icon(kind: str) -> str:
    """Icon name of a kind of product; {% icon device.product.kind|device_icon %}."""
    return DEVICE_ICONS.get(str(kind), "devices")


@register.filter
def initials(name: object) -> str:
    """First letters of the first and last word, at most two; "?" when there is no letter."""
    words = [word for word in str(name or "").split() if any(c.isalnum() for c in word)]
    letters = [next(c for c in word if c.isalnum()) for word in words[:1] + words[1:][-1:]]
    return "".join(letters).upper() or "?"


def tint(name: str) -> int:
    """Number 1..6 of the avatar colour: the same name always gets the same one."""
    key = unicodedata.normalize("NFC", name).casefold().encode()
    return crc32(key) % AVATAR_TINTS + 1


@register.simple_tag
def avatar(name: object, size: str = "", square: bool = False, label: bool = False) -> SafeString:
    """Initials on a colour made from the name. size: "", "xs", "sm", "md" or "lg".

    square: for companies. Decoration beside the name; with label=True the name is read out.
    """
    return _avatar(str(name or ""), size, square, label)


@lru_cache(maxsize=4096)
def _avatar(text: str, size: str, square: bool, label: bool) -> SafeString:
    classes = f"avatar av-{tint(text)}"
    classes += f" avatar-{size}" if size else ""
    classes += " av-sq" if square else ""
    hidden = format_html('<span class="visually-hidden">{}</span>', text) if label else ""
    return format_html(
        '<span class="{}" aria-hidden="true">{}</span>{}', classes, initials(text), hidden
    )


@register.simple_tag
def badge(word: Words, tone: str = "", icon_name: str = "") -> SafeString:
    """Small pill. tone: "", green, amber, red, blue, violet or brand; it never speaks alone."""
    return format_html(
        '<span class="pillx{}">{}{}</span>',
        f" p-{tone}" if tone else "",
        icon(icon_name) if icon_name else "",
        word,
    )


@register.simple_tag
def warranty_badge(device: Any, today: date | None = None) -> SafeString:
    """Whether a device (with `warranty_until_on`, a date or None) is in warranty, in words."""
    until: date | None = device.warranty_until_on
    today = today or timezone.localdate()
    if until is None:
        return badge(gettext("No warranty known"), "", "shield")
    if until < today:
        return badge(
            gettext("Warranty ended %(day)s") % {"day": day_words(until)}, "", "shield-off"
        )
    if until - today <= WARRANTY_WARNING:
        words = gettext("Warranty ends %(day)s") % {"day": day_words(until)}
        return badge(words, "amber", "shield-exclamation")
    words = gettext("Warranty to %(day)s") % {"day": formats.date_format(until, "M Y")}
    return badge(words, "green", "shield-check")


def day_words(day: date, today: date | None = None) -> str:
    """Day and month, with the year only when it is not this year."""
    today = today or timezone.localdate()
    return _day_format(day, "j M" if day.year == today.year else "j M Y", get_language())


def span_words(span: timedelta) -> str:
    """Length of time in its two largest units: "now", "18 m", "3 h 10", "2 d"."""
    return _span_words(int(span.total_seconds() // 60), get_language())


@lru_cache(maxsize=4096)
def _span_words(minutes: int, language: str | None) -> str:
    if minutes < 1:
        return gettext("now")
    if minutes < 60:
        return gettext("%(minutes)s m") % {"minutes": minutes}
    hours, rest = divmod(minutes, 60)
    if hours >= 24:
        return gettext("%(days)s d") % {"days": hours // 24}
    if rest == 0:
        return gettext("%(hours)s h") % {"hours": hours}
    return gettext("%(hours)s h %(minutes)02d") % {"hours": hours, "minutes": rest}


def moment_words(moment: datetime, now: datetime) -> str:
    """A moment as people say it: under a day relative, within a week the weekday, then the date."""
    zone = timezone.get_current_timezone()
    return _moment_words(moment, zone, *_distance(moment, now, zone), get_language())


def _distance(moment: datetime, now: datetime, zone: tzinfo) -> tuple[int, date | None]:
    """What of `now` the words of a moment follow from: under a day the whole minutes since it
    (negative: until it), else the day it is where the reader is.
    """
    span = now - moment
    if abs(span) >= timedelta(days=1):
        return 0, now.astimezone(zone).date()
    minutes = int(abs(span).total_seconds() // 60)
    return minutes if span >= timedelta(0) else -minutes, None


@lru_cache(maxsize=8192)
def _moment_words(
    moment: datetime, zone: tzinfo, minutes: int, today: date | None, language: str | None
) -> str:
    if today is None:
        words = _span_words(abs(minutes), language)
        return words if minutes >= 0 else gettext("in %(span)s") % {"span": words}
    local = moment.astimezone(zone)
    if abs(today - local.date()) < timedelta(days=7):
        return f"{_day_format(local.date(), 'D', language)} {local:%H:%M}"
    return day_words(local.date(), today)


@lru_cache(maxsize=1024)
def _day_format(day: date, style: str, language: str | None) -> str:
    """A day in words. Django looks a month's name up anew each time, which costs a list dearly."""
    return formats.date_format(day, style)


def _full_words(local: datetime) -> str:
    """Day, time and zone, shown on hover."""
    day = _day_format(local.date(), "l j F Y", get_language())
    return f"{day}, {local:%H:%M} {local.tzname()}"


def _time(value: date, title: str, words: str) -> SafeString:
    """Put together without format_html, which a list of fifty times feels."""
    title, words = escape(title), escape(words)
    return mark_safe(f'<time datetime="{value.isoformat()}" title="{title}">{words}</time>')


@register.filter
def human_time(value: datetime | date | None, now: datetime | None = None) -> str:
    """A <time> in the reader's zone: short words, the full date and zone on hover. "" for None."""
    if not value:
        return ""
    if not isinstance(value, datetime):
        long_day = _day_format(value, "l j F Y", get_language())
        return _time(value, long_day, day_words(value))
    zone, language = timezone.get_current_timezone(), get_language()
    distance = _distance(value, now or timezone.now(), zone)
    return _moment_html(value, zone, *distance, language)


@lru_cache(maxsize=8192)
def _moment_html(
    moment: datetime, zone: tzinfo, minutes: int, today: date | None, language: str | None
) -> SafeString:
    """Lists show the same moments over and over, and a <time> is dearer than a name."""
    words = _moment_words(moment, zone, minutes, today, language)
    return _time(moment, _full_words(moment.astimezone(zone)), words)


@register.filter
def clock_time(value: datetime | None) -> str:
    """A <time> with the hour and minute in the reader's zone, for items under a day heading."""
    if not value:
        return ""
    return _clock_html(value, timezone.get_current_timezone(), get_language())


@lru_cache(maxsize=4096)
def _clock_html(moment: datetime, zone: tzinfo, language: str | None) -> SafeString:
    local = moment.astimezone(zone)
    return _time(moment, _full_words(local), f"{local:%H:%M}")


@register.filter
def day_heading(value: datetime) -> str:
    """Heading of a day in a timeline, in the reader's zone: "Today", "Monday 16 November"."""
    day, today = timezone.localtime(value).date(), timezone.localdate()
    if day == today:
        return gettext("Today")
    if day == today - timedelta(days=1):
        return gettext("Yesterday")
    return formats.date_format(day, "l j F" if day.year == today.year else "l j F Y")


@register.filter
def minutes(value: int | None) -> str:
    """Minutes of work in words: "25 min", "1 h 10"."""
    if value is None:
        return ""
    if value < 60:
        return gettext("%(minutes)s min") % {"minutes": value}
    return (
        span_words(timedelta(minutes=min(value, 24 * 60 - 1)))
        if value < 24 * 60
        else (gettext("%(hours)s h %(minutes)02d") % {"hours": value // 60, "minutes": value % 60})
    )


@register.filter(name="bytes")
def byte_words(value: int | None) -> str:
    """Size of a file: "512 bytes", "14 KB", "1.2 MB" with the reader's decimal mark."""
    size = int(value or 0)
    if size < 1024:
        return ngettext("%(size)s byte", "%(size)s bytes", size) % {"size": size}
    if size < 1024 * 1024:
        return gettext("%(size)s KB") % {"size": round(size / 1024)}
    number = formats.number_format(round(size / (1024 * 1024), 1), decimal_pos=1)
    return gettext("%(size)s MB") % {"size": number}


@register.filter
def phone(value: object) -> str:
    """A telephone number as people read it: national at home, international abroad.

    value: E.164 text or a PhoneNumber; what cannot be read comes back unchanged.
    """
    try:
        number = phonenumbers.parse(str(value or ""), settings.PHONENUMBER_DEFAULT_REGION)
    except phonenumbers.NumberParseException:
        return str(value or "")
    home = phonenumbers.country_code_for_region(settings.PHONENUMBER_DEFAULT_REGION)
    style = (
        phonenumbers.PhoneNumberFormat.NATIONAL
        if number.country_code == home
        else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    words: str = phonenumbers.format_number(number, style)
    return words


@register.filter
def phone_link(value: object) -> str:
    """The number as a link that dials it; "" without a number."""
    if not value:
        return ""
    return format_html('<a href="tel:{}">{}</a>', str(value), phone(value))


@register.filter
def message_tone(message: Message) -> str:
    """Class of a Django message, for components/notice.html and toast.html."""
    return MESSAGE_LOOKS.get(message.level, ("", "info-circle"))[0]


@register.filter
def message_icon(message: Message) -> str:
    """Icon of a Django message."""
    return MESSAGE_LOOKS.get(message.level, ("", "info-circle"))[1]


@register.simple_tag(takes_context=True)
def csrf_field(context: RequestContext) -> SafeString:
    """The hidden CSRF field. {% csrf_token %} is empty inside an include with `only`."""
    request = context.request
    token = TOKEN_MARK if getattr(request, "makes_fragment", False) else get_token(request)
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)


@register.filter
def field_kind(field: BoundField) -> str:
    """How components/field.html lays a field out: checkbox, group, password, file or input."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "group"
    if isinstance(widget, forms.FileInput):
        return "file"
    return "password" if isinstance(widget, forms.PasswordInput) else "input"


@register.filter
def chosen_words(field: BoundField) -> list[str]:
    """Labels of what is chosen in a filter field, for its chip."""
    value = field.value()
    if value in (None, "", [], False):
        return []
    values = [str(part) for part in (value if isinstance(value, list | tuple) else [value])]
    choices = getattr(field.field, "choices", None)
    if choices is None:
        return [str(field.label)] if value is True or value == "on" else [v for v in values if v]
    return [str(label) for key, label in choices if str(key) in values and str(key)]


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The form control of a field with its class, error state and described-by."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        css = "form-check-input m-0"
    else:
        css = "form-select" if isinstance(widget, forms.Select) else "form-control"
    if isinstance(widget, forms.PasswordInput):
        css += " pe-5"
    described = [f"{field.auto_id}_helptext"] if field.help_text else []
    attrs: dict[str, Any] = {}
    if field.errors:
        css += " is-invalid"
        attrs["aria-invalid"] = "true"
        described.append(f"{field.auto_id}_error")
    if described:
        attrs["aria-describedby"] = " ".join(described)
    attrs["class"] = f"{widget.attrs.get('class', '')} {css}".strip()
    return field.as_widget(attrs=attrs)


@register.filter
def marked(text: str) -> SafeString:
    """What PostgreSQL marked in a text, as safe HTML with <mark>."""
    return highlighted(text)
