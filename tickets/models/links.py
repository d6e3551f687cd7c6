"""How two tickets belong together."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tickets.models.ticket import Ticket


class LinkKind(models.TextChoices):
    """What `source` is to `target`."""

    RELATED = "related", _("related")
    PARENT = "parent", _("parent of")
    PROBLEM = "problem", _("problem behind")
    SPLIT = "split", _("split into")


class TicketLink(models.Model):
    """One link between two tickets, known on both.

    A related pair is kept once, the older ticket first. A ticket has one parent and one problem at
    most; that parents form no ring and problems no chain, the action sees to (actions/links.py).
    """

    source = models.ForeignKey(Ticket, models.CASCADE, related_name="links_to")
    target = models.ForeignKey(Ticket, models.CASCADE, related_name="links_from")
    kind = models.CharField(max_length=8, choices=LinkKind)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("link of tickets")
        verbose_name_plural = _("links of tickets")
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="link_once"),
            models.UniqueConstraint(
                fields=["target"], condition=Q(kind="parent"), name="link_one_parent"
            ),
            models.UniqueConstraint(
                fields=["target"], condition=Q(kind="problem"), name="link_one_problem"
            ),
            models.CheckConstraint(condition=~Q(source=F("target")), name="link_not_itself"),
            models.CheckConstraint(condition=Q(kind__in=LinkKind.values), name="link_kind"),
            models.CheckConstraint(
                condition=~Q(kind="related") | Q(source__lt=F("target")), name="link_related_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"
