"""Which devices a person may see."""

from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from core.text import serial_key

WARRANTY_SOON = timedelta(days=60)


class ProductQuerySet(models.QuerySet):
    """Named filters over products."""

    def visible_to(self, user: Any) -> "ProductQuerySet":
        """The catalogue is no secret to anybody signed in."""
        return self if user.is_active else self.none()

    def search(self, words: str) -> "ProductQuerySet":
        """Products whose brand or model contains every word."""
        found = self
        for word in words.split()[:8]:
            found = found.filter(Q(brand__has=word) | Q(model__has=word))
        return found


class DeviceQuerySet(models.QuerySet):
    """Named filters over devices."""

    def visible_to(self, user: Any) -> "DeviceQuerySet":
        """Devices of the customers the person may see."""
        from customers.models import Customer

        if user.is_active and (user.is_desk or user.is_sales):
            return self
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def by_serial(self, typed: str) -> "DeviceQuerySet":
        """The device with this serial number, in any case and spacing."""
        return self.filter(serial_key=serial_key(typed))

    def with_row(self) -> "DeviceQuerySet":
        """What a line of a list shows: product and customer joined, open_count added."""
        tickets = self.model._meta.get_field("tickets").related_model._default_manager
        live = tickets.live().filter(device=OuterRef("pk")).order_by().values("device")
        counted = live.annotate(n=Count("pk")).values("n")
        return self.select_related("product", "customer").annotate(
            open_count=Coalesce(Subquery(counted), 0)
        )

    def warranty_ending(self, *, today: date | None = None) -> "DeviceQuerySet":
        """In warranty, but not for much longer."""
        today = today or timezone.localdate()
        return self.filter(warranty_until_on__range=(today, today + WARRANTY_SOON))

    def search(self, words: str) -> "DeviceQuerySet":
        """Rows whose serial, product, place or customer matches every word.

        Each table is asked by itself: an OR across several is beyond any index.
        """
        from customers.models import Customer
        from devices.models import Device, Product

        found = self
        for word in words.split()[:8]:
            own = Q(serial_key__contains=serial_key(word)) | Q(location__has=word)
            products = Product.objects.filter(Q(brand__has=word) | Q(model__has=word))
            customers = Customer.objects.filter(name__has=word)
            keys = Device.objects.filter(own).values("pk").union(
                Device.objects.filter(product__in=products.values("pk")).values("pk"),
                Device.objects.filter(customer__in=customers.values("pk")).values("pk"),
            )  # fmt: skip
            found = found.filter(pk__in=keys)
        return found
