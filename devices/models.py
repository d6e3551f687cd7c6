"""Products and devices."""

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower, Upper
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.indexes import folded_index
from core.models import Versioned
from customers.models import Customer
from devices.querysets import DeviceQuerySet, ProductQuerySet


class ProductKind(models.TextChoices):
    """Type of product; decides the icon."""

    PRINTER = "printer", _("Printer or copier")
    COMPUTER = "computer", _("Computer")
    SERVER = "server", _("Server or storage")
    NETWORK = "network", _("Network")
    PHONE = "phone", _("Telephone")
    TERMINAL = "terminal", _("Till or card terminal")
    POWER = "power", _("Power supply")
    OTHER = "other", _("Other")


class DeviceStatus(models.TextChoices):
    """Where a device is in its life."""

    ACTIVE = "active", _("In use")
    IN_REPAIR = "in_repair", _("In repair")
    RETIRED = "retired", _("Retired")


class Product(models.Model):
    """A model a device can be."""

    kind = models.CharField(
        _("type"), max_length=20, choices=ProductKind, default=ProductKind.OTHER
    )
    brand = models.CharField(_("brand"), max_length=80)
    model = models.CharField(_("model"), max_length=120)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        ordering = ["brand", "model"]
        constraints = [
            models.UniqueConstraint(Lower("brand"), Lower("model"), name="product_once"),
            models.CheckConstraint(condition=Q(kind__in=ProductKind.values), name="product_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.brand} {self.model}".strip()

    def get_absolute_url(self) -> str:
        return reverse("devices:products")


class Device(Versioned):
    """One device of a customer. serial is shown as typed, serial_key is compared and unique."""

    serial = models.CharField(_("serial number"), max_length=100)
    serial_key = models.GeneratedField(
        expression=Upper(
            Func(
                F("serial"),
                Value(r"\s+"),
                Value(""),
                Value("g"),
                function="regexp_replace",
                output_field=models.CharField(),
            )
        ),
        output_field=models.CharField(max_length=100),
        db_persist=True,
        unique=True,
    )
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="devices")
    product = models.ForeignKey(Product, models.PROTECT, related_name="devices")
    status = models.CharField(
        _("status"), max_length=20, choices=DeviceStatus, default=DeviceStatus.ACTIVE
    )
    location = models.CharField(_("where it stands"), max_length=200, blank=True)
    purchased_on = models.DateField(_("bought on"), null=True, blank=True)
    warranty_until_on = models.DateField(_("warranty until"), null=True, blank=True)
    notes = models.TextField(_("notes"), blank=True, max_length=20_000)
    label_code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    external_id = models.CharField(max_length=100, unique=True, null=True, blank=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("device")
        indexes = [folded_index("serial_key", "location", name="device_has")]
        constraints = [
            models.CheckConstraint(condition=~Q(serial_key=""), name="device_serial_given"),
            models.CheckConstraint(
                condition=Q(status__in=DeviceStatus.values), name="device_status"
            ),
            models.CheckConstraint(
                condition=Q(purchased_on=None)
                | Q(warranty_until_on=None)
                | Q(warranty_until_on__gte=F("purchased_on")),
                name="device_warranty_after_purchase",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.serial}"

    def get_absolute_url(self) -> str:
        return reverse("devices:detail", args=[self.pk])

    def warranty_days_left(self, *, today: date | None = None) -> int | None:
        """Days until the warranty ends (negative: ended), None when unknown."""
        if self.warranty_until_on is None:
            return None
        return (self.warranty_until_on - (today or timezone.localdate())).days
