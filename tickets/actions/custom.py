"""Values of custom fields on tickets, and the fields themselves."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.checks import refusing
from core.events import record as record_event
from core.record_events import RecordChanged, RecordCreated
from tickets.actions.clocks import record
from tickets.actions.opening import lock, save, touch
from tickets.custom import clean_values, missing_fields, refusal
from tickets.errors import LabelTaken
from tickets.events import CustomValuesChanged
from tickets.models import Category, CustomField, Ticket


@transaction.atomic
def fill_fields(
    ticket: Ticket,
    typed: Mapping[str, Any],
    *,
    actor: Any,
    seen: Mapping[str, Any] | None = None,
) -> Ticket:
    """Store values of the custom fields of the ticket's category; nothing happens when none differ.

    typed: {key: value as typed}; keys of other fields are dropped. seen: what the page showed;
    a field that only somebody else has changed since stays theirs. Raises CustomValueRefused, also
    when both have changed the same field.
    """
    ticket = lock(ticket)
    fields = {field.key: field for field in CustomField.objects.of_category(ticket.category_id)}
    wanted = clean_values(fields.values(), typed, ticket.custom)
    changed = []
    for key, value in wanted.items():
        now = ticket.custom.get(key)
        if value == now and type(value) is type(now):
            continue
        if seen is not None and now != seen.get(key):
            if value == seen.get(key):
                continue
            raise refusal(fields[key], _("Somebody else has just changed this. Look again."))
        changed.append(key)
    if not changed:
        return ticket
    merged = ticket.custom | {key: wanted[key] for key in changed}
    ticket.custom = {key: value for key, value in merged.items() if value is not None}
    touch(ticket)
    save(ticket, "custom", "touched_at")
    labels = ", ".join(fields[key].label for key in changed)
    record(CustomValuesChanged(fields=labels, keys=changed), subject=ticket, actor=actor)
    return ticket


def require_fields(ticket: Ticket) -> None:
    """Raise CustomValueRefused for the first field that is needed to resolve and is empty."""
    for field in missing_fields(ticket):
        words = _("Fill in “%(label)s” before you resolve this ticket.")
        raise refusal(field, words % {"label": field.label})


@transaction.atomic
def move_field(field: CustomField, *, up: bool, actor: Any) -> None:
    """Show it earlier, or later; at the end of the list nothing happens."""
    fields = list(CustomField.objects.select_for_update().order_by("position", "id"))
    here = fields.index(field)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(fields):
        return
    fields[here], fields[there] = fields[there], fields[here]
    for position, each in enumerate(fields):
        each.position = position
    CustomField.objects.bulk_update(fields, ["position"])
    record_event(RecordChanged(str(field), gettext("order")), subject=field, actor=actor)


@transaction.atomic
def save_field(field: CustomField, categories: Iterable[Category], *, actor: Any) -> CustomField:
    """Store a field; a new one gets its key and stands last. Raises LabelTaken."""
    is_new = field.pk is None
    if is_new:
        field.key = free_key(field.label)
        last = CustomField.objects.order_by("-position").first()
        field.position = last.position + 1 if last else 0
    with refusing({"custom_field_label_once": LabelTaken(), "custom_field_key": LabelTaken()}):
        field.save()
    field.categories.set(categories)
    happened = RecordCreated(str(field)) if is_new else RecordChanged(str(field), gettext("field"))
    record_event(happened, subject=field, actor=actor)
    return field


def free_key(label: str) -> str:
    """ "Part number" → part_number, or part_number_2 when that is taken."""
    begin = slugify(label).replace("-", "_").strip("_")[:36]
    if not begin[:1].isalpha():
        begin = f"f_{begin}".rstrip("_")[:36]
    taken = set(CustomField.objects.values_list("key", flat=True))
    names = [begin, *(f"{begin}_{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)
