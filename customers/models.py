"""Customers and their contacts."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from core.indexes import folded_index
from core.models import Versioned
from customers.querysets import ContactQuerySet, CustomerQuerySet


class CustomerKind(models.TextChoices):
    """What a customer is."""

    COMPANY = "company", _("Company")
    PERSON = "person", _("Person")


class Customer(Versioned):
    """A company or a person we serve. E-mail is unique, stored lower-cased; NULL when unknown."""

    kind = models.CharField(
        _("kind"), max_length=10, choices=CustomerKind, default=CustomerKind.COMPANY
    )
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    street = models.CharField(_("street and number"), max_length=200, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    city = models.CharField(_("town or city"), max_length=100, blank=True)
    region = models.CharField(_("county or region"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True, default="GB")
    latitude = models.FloatField(
        _("latitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.FloatField(
        _("longitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    notes = models.TextField(_("notes"), blank=True, max_length=20_000)
    external_id = models.CharField(
        _("number in another system"), max_length=100, unique=True, null=True, blank=True
    )

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        indexes = [
            models.Index(Lower("name"), name="customer_name"),
            models.Index(fields=["phone"], name="customer_phone"),
            folded_index("name", "email", "city", "postcode", "phone", name="customer_has"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="customer_email_lower"),
            models.CheckConstraint(condition=~Q(email=""), name="customer_email_not_blank"),
            models.CheckConstraint(condition=~Q(name=""), name="customer_name_given"),
            models.CheckConstraint(condition=Q(kind__in=CustomerKind.values), name="customer_kind"),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                # Not only the ranges: a check that is NULL passes, and so would half a place.
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="customer_place",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("customers:detail", args=[self.pk])

    @property
    def address_lines(self) -> list[str]:
        """The address for people, empty parts left out."""
        return [
            part
            for part in [self.street, f"{self.postcode} {self.city}".strip(), self.region]
            if part
        ]

    @property
    def place(self) -> tuple[float, float] | None:
        """(latitude, longitude) in degrees, or None when unknown."""
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude


class Contact(Versioned):
    """A person of a customer. With `user` they can sign in to the portal."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts")
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    job_title = models.CharField(_("job title"), max_length=100, blank=True)
    is_primary = models.BooleanField(_("main contact"), default=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="contact",
        verbose_name=_("sign-in"),
    )
    external_id = models.CharField(max_length=100, unique=True, null=True, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        ordering = ["-is_primary", "name"]
        indexes = [
            models.Index(fields=["phone"], name="contact_phone"),
            folded_index("name", "email", "phone", name="contact_has"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="contact_email_lower"),
            models.CheckConstraint(condition=~Q(email=""), name="contact_email_not_blank"),
            models.CheckConstraint(condition=~Q(name=""), name="contact_name_given"),
            models.UniqueConstraint(
                fields=["customer"], condition=Q(is_primary=True), name="contact_one_primary"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("customers:detail", args=[self.customer_id])
