"""Filters of the lists of devices."""

from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from core.filters import ChoicesFilter, OnlyFilter, SearchFilter
from devices.models import Device, DeviceStatus, Product, ProductKind


class DeviceFilter(FilterSet):
    """The filter bar of the list."""

    q = SearchFilter()
    kind = ChoicesFilter(field_name="product__kind", choices=ProductKind.choices, label=_("Type"))
    status = ChoicesFilter(choices=DeviceStatus.choices, label=_("Status"))
    ending = OnlyFilter(lambda rows: rows.warranty_ending(), label=_("Warranty ends soon"))

    class Meta:
        model = Device
        fields: list[str] = []


class PortalDeviceFilter(FilterSet):
    """The filter bar of a customer's own devices."""

    q = SearchFilter()
    kind = ChoicesFilter(field_name="product__kind", choices=ProductKind.choices, label=_("Type"))

    class Meta:
        model = Device
        fields: list[str] = []


class ProductFilter(FilterSet):
    """The filter bar of the catalogue."""

    q = SearchFilter()
    kind = ChoicesFilter(choices=ProductKind.choices, label=_("Type"))

    class Meta:
        model = Product
        fields: list[str] = []
