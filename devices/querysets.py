"""Which devices a person may see."""

from typing import Any

from django.db import models
from django.db.models import Q

from core.text import serial_key


class ProductQuerySet(models.QuerySet):
    """Named filters over products."""

    def visible_to(self, user: Any) -> "ProductQuerySet":
        """The catalogue is no secret to anybody signed in."""
        return self if user.is_active else self.none()


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

    def search(self, words: str) -> "DeviceQuerySet":
        """Rows whose serial, product, place or customer matches every word."""
        found = self
        for word in words.split()[:8]:
            found = found.filter(
                Q(serial_key__contains=serial_key(word))
                | Q(product__brand__icontains=word)
                | Q(product__model__icontains=word)
                | Q(location__icontains=word)
                | Q(customer__name__icontains=word)
            )
        return found
