"""What a rule may put on a ticket to find it again: tags, and values of the desk's own fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.text import is_key
from tickets.actions.custom import fill_fields
from tickets.actions.tags import change_tags
from tickets.custom import Value, as_typed, clean_value, in_words
from tickets.custom_forms import CustomInput
from tickets.errors import CustomValueRefused
from tickets.models import CustomField, Tag, Ticket
from tickets.models.tags import MOST_TAGS
from tickets.rule_deed import Deed, DeedRefused
from tickets.rule_known import NOTHING_KNOWN, Known, Named

OFFERED = 500  # tags
MOST_FIELDS = 40  # as many as the bar of the queue has


class _Tags(Deed):
    """value: keys of tags, as texts."""

    icon = "tag"

    def fields(self) -> dict[str, forms.Field]:
        tags = [(str(tag.pk), tag.name) for tag in Tag.objects.all()[:OFFERED]]
        boxes = forms.CheckboxSelectMultiple
        return {
            self.name: forms.MultipleChoiceField(
                label=self.label, choices=tags, required=False, widget=boxes
            )
        }

    def named(self, value: Any) -> Named:
        return {"tag": [str(key) for key in value]}

    def target(self, value: Any, known: Known = NOTHING_KNOWN) -> list[Tag]:
        keys = {str(key) for key in value}
        tags = known.rows("tag", keys)
        if tags is None:
            tags = list(Tag.objects.filter(pk__in=[key for key in keys if is_key(key)]))
        if len(tags) < len(keys):
            raise DeedRefused(_("A tag that it names is gone."), field=self.name)
        if len(tags) > MOST_TAGS:
            words = _("A ticket has up to %(most)s tags.") % {"most": MOST_TAGS}
            raise DeedRefused(words, field=self.name)
        return tags


class AddTags(_Tags):
    key, label = "tags_on", _("Add tags")

    def words(self, target: list[Tag]) -> str:
        return gettext("Add tags: %(names)s") % {"names": _names(target)}

    def changes(self, ticket: Ticket, target: list[Tag]) -> bool:
        return any(tag.pk not in ticket.tag_ids for tag in target)

    def act(self, ticket: Ticket, target: list[Tag]) -> object:
        return change_tags(ticket, add=target, actor=None)


class RemoveTags(_Tags):
    key, label = "tags_off", _("Take tags off")

    def words(self, target: list[Tag]) -> str:
        return gettext("Take tags off: %(names)s") % {"names": _names(target)}

    def changes(self, ticket: Ticket, target: list[Tag]) -> bool:
        return any(tag.pk in ticket.tag_ids for tag in target)

    def act(self, ticket: Ticket, target: list[Tag]) -> object:
        return change_tags(ticket, remove=target, actor=None)


def _names(tags: list[Tag]) -> str:
    return ", ".join(sorted(tag.name for tag in tags))


class _Input(CustomInput):
    """The input of the ticket; the form of a rule adds what a rule names and is offered no more."""

    def __init__(self, field: CustomField) -> None:
        super().__init__(field)
        self.label = _("Set “%(label)s”") % {"label": field.label}
        if self.choices:
            self.choices = [("", _("Leave as it is")), *self.choices[1:]]

    @property
    def choices(self) -> list[Any] | None:
        """Of those that are chosen from; None of the others."""
        return list(self.widget.choices) if isinstance(self.widget, forms.Select) else None

    @choices.setter
    def choices(self, choices: list[Any]) -> None:
        widget: Any = self.widget
        widget.choices = choices


@dataclass(frozen=True)
class Filled:
    """Fields, each with its value as JSON."""

    pairs: list[tuple[CustomField, Value]]


class FillFields(Deed):
    """value: {key of the field: value as JSON}."""

    key, label, icon = "fields", _("Set fields"), "adjustments-horizontal"

    def fields(self) -> dict[str, forms.Field]:
        return {self._input(field.key): _Input(field) for field in self._offered()}

    def field_names(self) -> list[str]:
        return [self._input(field.key) for field in self._offered()]

    def read(self, typed: Mapping[str, Any]) -> Any:
        begin = self._input("")
        found = {n.removeprefix(begin): v for n, v in typed.items() if n.startswith(begin)}
        return {key: value for key, value in found.items() if value is not None} or None

    def shown(self, value: Any) -> dict[str, Any]:
        return {self._input(key): as_typed(each) for key, each in value.items()}

    def named(self, value: Any) -> Named:
        return {"field": list(value)}

    def target(self, value: Any, known: Known = NOTHING_KNOWN) -> Filled:
        rows = known.rows("field", value)
        if rows is None:
            some = CustomField.objects.filter(is_active=True, key__in=value)
            rows = list(some.prefetch_related("categories"))
        fields = {field.key: field for field in rows}
        gone = set(value) - set(fields)
        if gone:
            names = CustomField.objects.filter(key__in=gone).values_list("label", flat=True)
            words = _("A field is gone, or not in use any more: %(names)s")
            raise DeedRefused(words % {"names": ", ".join(names) or min(gone)})
        return Filled([(field, self._clean(field, value[key])) for key, field in fields.items()])

    def words(self, target: Filled) -> str:
        words = gettext("%(label)s “%(value)s”")
        return "; ".join(
            words % {"label": field.label, "value": in_words(field, value)}
            for field, value in target.pairs
        )

    def changes(self, ticket: Ticket, target: Filled) -> bool:
        return any(ticket.custom.get(field.key) != value for field, value in target.pairs)

    def hindrance(self, ticket: Ticket, target: Filled) -> str:
        for field, _value in target.pairs:
            if not field.is_of(ticket.category_id):
                words = gettext("Tickets of this category have no field “%(label)s”.")
                return words % {"label": field.label}
        return ""

    def act(self, ticket: Ticket, target: Filled) -> object:
        typed = {field.key: value for field, value in target.pairs}
        return fill_fields(ticket, typed, actor=None)

    def _clean(self, field: CustomField, value: Any) -> Value:
        try:
            found = clean_value(field, value)
        except CustomValueRefused as error:
            words = f"{field.label}: {error.message}"
            raise DeedRefused(words, field=self._input(field.key)) from error
        if found is None:
            raise DeedRefused(_("Give a value."), field=self._input(field.key))
        return found

    def _input(self, key: str) -> str:
        return f"{self.name}-{key}"

    def _offered(self) -> Any:
        return CustomField.objects.filter(is_active=True)[:MOST_FIELDS]
