"""Values of custom fields: the one place that says what each kind takes and how it is read."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.text import one_line
from tickets.errors import CustomValueRefused
from tickets.models import CustomField, FieldKind, Ticket

Value = str | int | float | bool
TEXT_LENGTH = 200
LARGEST = Decimal(10) ** 12
YEARS = range(1900, 2201)
YES, NO = "yes", "no"


def clean_value(field: CustomField, typed: Any, *, kept: Value | None = None) -> Value | None:
    """The value as JSON, or None for nothing. Raises CustomValueRefused, naming the input.

    kept: what the ticket holds. A choice that is offered no more stays where it is.
    """
    if typed is None or (isinstance(typed, str) and not typed.strip()):
        return None
    value = _CLEAN[field.kind](field, typed if isinstance(typed, bool) else one_line(str(typed)))
    if field.kind == FieldKind.CHOICE and value not in field.choices and value != kept:
        raise refusal(field, _("Choose one of the list."))
    return value


def refusal(field: CustomField, words: Any) -> CustomValueRefused:
    """What is wrong, beside the input of the field."""
    return CustomValueRefused(words, field=field.input_name)


def _text(field: CustomField, typed: Any) -> str:
    if len(str(typed)) > TEXT_LENGTH:
        raise refusal(field, _("Use %(most)s letters at most.") % {"most": TEXT_LENGTH})
    return str(typed)


def number_of(typed: str) -> int | float | None:
    """A number with up to six decimals, or None for anything else."""
    try:
        number = Decimal(typed)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) > LARGEST or number != round(number, 6):
        return None
    return int(number) if number == int(number) else float(number)


def day_of(typed: str) -> date | None:
    """A day as 2026-01-31, or None for anything else."""
    try:
        day = parse_date(typed)
    except ValueError:  # 2026-02-31
        return None
    return day if day and day.year in YEARS else None


def _number(field: CustomField, typed: Any) -> int | float:
    number = None if isinstance(typed, bool) else number_of(typed)
    if number is None:
        raise refusal(field, _("This is no number. Example: 12.5"))
    return number


def _date(field: CustomField, typed: Any) -> str:
    day = None if isinstance(typed, bool) else day_of(typed)
    if day is None:
        raise refusal(field, _("This is no day. Example: 2026-01-31"))
    return day.isoformat()


def _yes_no(field: CustomField, typed: Any) -> bool:
    if typed in (True, YES):
        return True
    if typed in (False, NO):
        return False
    raise refusal(field, _("Choose yes or no."))


_CLEAN: Mapping[str, Callable[[CustomField, Any], Value]] = {
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.CHOICE: lambda field, typed: str(typed),
    FieldKind.DATE: _date,
    FieldKind.YES_NO: _yes_no,
}


def as_typed(value: Value | None) -> str:
    """The value as an input shows it."""
    if isinstance(value, bool):
        return YES if value else NO
    return "" if value is None else str(value)


def in_words(field: CustomField, value: Value | None) -> str:
    """The value as people read it."""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, int | float):
        return str(number_format(value))
    day = day_of(value) if field.kind == FieldKind.DATE and value else None
    return str(date_format(day)) if day else value or ""


def clean_values(
    fields: Iterable[CustomField], typed: Mapping[str, Any], kept: Mapping[str, Value]
) -> dict[str, Value | None]:
    """{key: value} of what was typed for these fields; other keys are dropped."""
    return {
        field.key: clean_value(field, typed[field.key], kept=kept.get(field.key))
        for field in fields
        if field.key in typed
    }


def missing_fields(ticket: Ticket) -> list[CustomField]:
    """What must be filled in before the ticket is resolved, and is not. One query."""
    needed = CustomField.objects.of_category(ticket.category_id).filter(is_required=True)
    return [field for field in needed if ticket.custom.get(field.key) is None]


def shown_values(ticket: Ticket, reader: Any) -> list[tuple[str, str]]:
    """(label, words) of what is filled in and the reader may see; at most one query."""
    if not ticket.custom:
        return []
    fields = CustomField.objects.visible_to(reader).of_category(ticket.category_id)
    pairs = [(field.label, in_words(field, ticket.custom.get(field.key))) for field in fields]
    return [(label, words) for label, words in pairs if words]
