"""Fields a manager adds to tickets. The values stand in `Ticket.custom`."""

from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tickets.querysets import CustomFieldQuerySet

KEY = r"^[a-z][a-z0-9_]{0,39}$"


class FieldKind(models.TextChoices):
    """What a field holds. As JSON: text, number, one of the choices, "2026-01-31", true/false."""

    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")
    CHOICE = "choice", _("Choice")
    DATE = "date", _("Date")
    YES_NO = "yes_no", _("Yes or no")


class CustomField(models.Model):
    """A field of tickets: of some categories, or of all when none is named.

    The key names the value inside `Ticket.custom` and in addresses; key and kind never change. A
    field that is not needed any more is taken out of use; its values stay with their tickets.
    """

    label = models.CharField(_("label"), max_length=60)
    key = models.CharField(max_length=40, editable=False, validators=[RegexValidator(KEY)])
    kind = models.CharField(_("kind"), max_length=6, choices=FieldKind, default=FieldKind.TEXT)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    categories = models.ManyToManyField(
        "tickets.Category", related_name="+", blank=True, verbose_name=_("categories")
    )
    is_required = models.BooleanField(_("needed before resolving"), default=False)
    is_public = models.BooleanField(_("customers see it and fill it in"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)
    position = models.PositiveIntegerField(default=0, editable=False)

    objects = CustomFieldQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket field")
        verbose_name_plural = _("ticket fields")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="custom_field_key_once"),
            models.UniqueConstraint(Lower("label"), name="custom_field_label_once"),
            models.CheckConstraint(condition=Q(key__regex=KEY), name="custom_field_key"),
            models.CheckConstraint(
                condition=Q(kind__in=FieldKind.values), name="custom_field_kind"
            ),
            models.CheckConstraint(
                condition=~Q(kind="choice") | ~Q(choices=[]), name="custom_field_has_choices"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("tickets:custom_field", args=[self.pk])

    def is_of(self, category_id: int | None) -> bool:
        """As the queryset's of_category says it, of a field whose categories are fetched."""
        of = {category.pk for category in self.categories.all()}
        return self.is_active and (not of or category_id in of)

    @property
    def input_name(self) -> str:
        """Name of its input in every form."""
        return f"custom-{self.key}"


IS_OBJECT = Exact(
    Func("custom", function="jsonb_typeof", output_field=models.TextField()), "object"
)
# Most tickets have no such value, and these cost nothing: has_value() repeats the condition.
CUSTOM_INDEX = GinIndex(fields=["custom"], condition=~Q(custom={}), name="ticket_custom")
