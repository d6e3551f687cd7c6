"""Filter of the list of work."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from core.filters import ChoicesFilter, ModelsFilter, OnlyFilter, SearchFilter
from servicelogs.models import LogKind, ServiceLog
from technicians.models import Technician

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ServiceLogFilter(FilterSet):
    """The filter bar."""

    q = SearchFilter()
    technician = ModelsFilter(
        queryset=Technician.objects.select_related("user").order_by("user__name"),
        label=_("Technician"),
    )
    kind = ChoicesFilter(choices=LogKind.choices, label=_("Kind"))
    since = django_filters.DateFilter(
        "created_at", lookup_expr="date__gte", label=_("From"), widget=DAY
    )
    until = django_filters.DateFilter(
        "created_at", lookup_expr="date__lte", label=_("To"), widget=DAY
    )
    standing = OnlyFilter(lambda rows: rows.standing(), label=_("Without corrected"))

    class Meta:
        model = ServiceLog
        fields: list[str] = []
