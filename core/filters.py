"""Filters the filter bar knows how to show as chips."""

from collections.abc import Callable
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _


class SearchFilter(django_filters.CharFilter):
    """The text box `q`: hands what is typed to the queryset's own `search(words)`."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Filter this list"))
        super().__init__(max_length=200, **kwargs)

    def filter(self, qs: Any, value: str) -> Any:
        return qs.search(value) if value else qs


class ChoicesFilter(django_filters.MultipleChoiceFilter):
    """Any of several fixed choices, as checkboxes in a chip.

    Says `IN (…)` and no DISTINCT: over wide rows that costs more than everything else together.
    A choice with the value "null" stands for no value. distinct=True for to-many relations.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        kwargs.setdefault("distinct", False)
        super().__init__(**kwargs)

    def filter(self, qs: QuerySet, value: list[str]) -> QuerySet:
        if not value:
            return qs
        asked = Q(**{f"{self.field_name}__in": [v for v in value if v != self.null_value]})
        if self.null_value in value:
            asked |= Q(**{f"{self.field_name}__isnull": True})
        found = qs.filter(asked)
        return found.distinct() if self.distinct else found


class ModelsFilter(django_filters.ModelMultipleChoiceFilter):
    """Any of several records of a short table, as checkboxes in a chip."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        kwargs.setdefault("distinct", False)
        super().__init__(**kwargs)


class OnlyFilter(django_filters.Filter):
    """A single tick that narrows the list: `OnlyFilter(lambda rows: rows.live(), label=…)`."""

    field_class = forms.BooleanField

    def __init__(self, narrow: Callable[[QuerySet], QuerySet], **kwargs: Any) -> None:
        self.narrow = narrow
        super().__init__(**kwargs)

    def filter(self, qs: QuerySet, value: bool | None) -> QuerySet:
        return self.narrow(qs) if value else qs
