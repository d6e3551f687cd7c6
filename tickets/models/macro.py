"""Several changes and a reply under one name."""

from django.db import models
from django.db.models import Func, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tickets.models.sharing import Shared

STEPS_EACH = 20  # of one macro


class SomeSteps(Func):
    """Whether a column holds a JSON list of 1 to STEPS_EACH things."""

    template = (
        "jsonb_path_exists(%(expressions)s,"
        " 'strict $ ? (@.type() == \"array\" && @.size() > 0 && @.size() <= 20)')"
    )
    output_field = models.BooleanField()


class After(models.TextChoices):
    """Where whoever ran a macro goes then."""

    STAY = "stay", _("Stay on the ticket")
    NEXT = "next", _("Go to the next open ticket")
    QUEUE = "queue", _("Go back to the queue")


class Macro(Shared):
    """steps: [{"do": key of tickets.macro_steps.ORDER, "value": text}, …], in order."""

    steps = models.JSONField(_("steps"))
    after = models.CharField(_("afterwards"), max_length=5, choices=After, default=After.STAY)

    class Meta(Shared.Meta):
        verbose_name = _("macro")
        verbose_name_plural = _("macros")
        constraints = [
            *Shared.Meta.constraints,
            models.CheckConstraint(condition=Q(after__in=After.values), name="macro_after"),
            models.CheckConstraint(condition=SomeSteps("steps"), name="macro_steps"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("tickets:macro_edit", args=[self.pk])
