"""Custom fields as filters of the queue and as columns of its file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import CharField, F, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KT, KeyTransform
from django.db.models.functions import Cast, JSONObject
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter

from core.filters import ChoicesFilter
from core.pages import Column
from tickets.custom import NO, YES, day_of, in_words, number_of
from tickets.models import CustomField, FieldKind

MOST = 40  # fields that are filters; a longer bar helps nobody


@dataclass(frozen=True)
class KnownField:
    """What a filter needs to know of a field; plain values from the one query of the bar."""

    key: str
    label: str
    kind: str
    choices: list[str]
    position: int

    @property
    def filter_name(self) -> str:
        return f"f-{self.key}"

    def make_filter(self) -> Any:
        """Boxes to tick for what has choices, else a line to type into."""
        if self.kind == FieldKind.CHOICE:
            return ChosenFilter(
                self.key, {word: word for word in self.choices}, label=self.label,
                choices=[(word, word) for word in self.choices],
            )  # fmt: skip
        if self.kind == FieldKind.YES_NO:
            words = [(YES, _("Yes")), (NO, _("No"))]
            return ChosenFilter(self.key, {YES: True, NO: False}, label=self.label, choices=words)
        if self.kind == FieldKind.TEXT:
            return WordsFilter(self.key, label=self.label)
        return RangeFilter(self.key, self.kind, label=self.label)


def field_rows() -> QuerySet:
    """The fields in use, as a part of the one query for what filters offer."""
    described = JSONObject(
        key="key", label="label", kind="kind", choices="choices", position="position"
    )
    rows = CustomField.objects.filter(is_active=True).annotate(
        option=Value("field", CharField()), number=F("pk"), word=Cast(described, TextField())
    )
    return rows.order_by("position", "id").values_list("option", "number", "word")[:MOST]


def fields_of(known: Mapping[str, list[tuple[str, str]]]) -> list[KnownField]:
    """The fields among what options() answered, in their order."""
    fields = [KnownField(**json.loads(word)) for _number, word in known["field"]]
    return sorted(fields, key=lambda field: (field.position, field.key))


def has_value(**containing: Any) -> Q:
    """A condition on values. The second half is what the index is limited to."""
    return Q(**containing) & ~Q(custom={})


class ChosenFilter(ChoicesFilter):
    """Any of the chosen values. values: what stands in the address -> what is stored."""

    def __init__(self, key: str, values: Mapping[str, Any], **kwargs: Any) -> None:
        self.key, self.values = key, values
        super().__init__(null_label=_("Not set"), null_value="null", **kwargs)

    def filter(self, qs: QuerySet, value: list[str]) -> QuerySet:
        if not value:
            return qs
        asked = Q()
        for each in value:
            if each == self.null_value:
                asked |= ~Q(custom__has_key=self.key)
            else:
                asked |= has_value(custom__contains={self.key: self.values[each]})
        return qs.filter(asked)


class WordsFilter(CharFilter):
    """These letters, anywhere in the text."""

    def __init__(self, key: str, **kwargs: Any) -> None:
        self.key = key
        super().__init__(max_length=200, **kwargs)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        if not value:
            return qs
        held = qs.filter(has_value(custom__has_key=self.key))
        return held.alias(held_text=KT(f"custom__{self.key}")).filter(held_text__has=value)


Bound = int | float | date | None


class RangeField(forms.CharField):
    """ "7", "5..10", "..10" or "5.."; of numbers or of days. Cleans to (from, to) or None."""

    def __init__(self, *, kind: str, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(max_length=60, **kwargs)

    def clean(self, value: Any) -> tuple[Bound, Bound] | None:
        typed = super().clean(value)
        if not typed:
            return None
        begin, dots, end = typed.partition("..")
        first, last = self._bound(begin), self._bound(end)
        if first is None and last is None:
            raise ValidationError(self._example())
        return (first, last) if dots else (first, first)

    def _bound(self, typed: str) -> Bound:
        text = typed.strip()
        if not text:
            return None
        found = number_of(text) if self.kind == FieldKind.NUMBER else day_of(text)
        if found is None:
            raise ValidationError(self._example())
        return found

    def _example(self) -> Any:
        if self.kind == FieldKind.NUMBER:
            return _("Type a number, or two with dots between: 5..10")
        return _("Type a day, or two with dots between: 2026-01-01..2026-01-31")


class RangeFilter(CharFilter):
    """A number or a day, or all between two."""

    field_class = RangeField

    def __init__(self, key: str, kind: str, **kwargs: Any) -> None:
        self.key = key
        super().__init__(kind=kind, **kwargs)
        example = "5..10" if kind == FieldKind.NUMBER else "2026-01-01..2026-01-31"
        self.extra["widget"] = forms.TextInput(attrs={"placeholder": example})

    def filter(self, qs: QuerySet, value: tuple[Bound, Bound] | None) -> QuerySet:
        if not value:
            return qs
        held = qs.filter(has_value(custom__has_key=self.key))
        # Not "custom__<key>__gte": a field may be called "Contains".
        held = held.alias(held_value=KeyTransform(self.key, "custom"))
        for lookup, bound in zip(("gte", "lte"), value, strict=True):
            if bound is not None:
                plain = bound.isoformat() if isinstance(bound, date) else bound
                held = held.filter(**{f"held_value__{lookup}": plain})
        return held


def field_column(field: CustomField) -> Column:
    """The field in the file."""
    return Column(
        field.input_name, field.label, export=lambda row: in_words(field, row.custom.get(field.key))
    )
