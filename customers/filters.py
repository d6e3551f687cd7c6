"""Filters of the list of customers."""

from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, FilterSet

from core.filters import ChoicesFilter, OnlyFilter, SearchFilter
from customers.models import Customer, CustomerKind


class CustomerFilter(FilterSet):
    """The filter bar of the list."""

    q = SearchFilter()
    kind = ChoicesFilter(choices=CustomerKind.choices, label=_("Kind"))
    city = CharFilter(lookup_expr="has", label=_("Town"), max_length=100)
    open = OnlyFilter(lambda rows: rows.with_open_tickets(), label=_("With open tickets"))

    class Meta:
        model = Customer
        fields: list[str] = []
