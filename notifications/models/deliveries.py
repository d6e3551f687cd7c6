"""What became of our mail, and addresses that get none."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from notifications.models.outbox import Notification
from notifications.querysets import BlockedAddressQuerySet


class Fate(models.TextChoices):
    """What the other side said about one recipient; the later ones here outdo the earlier."""

    DEFERRED = "deferred", _("Delayed by the other side")
    DELIVERED = "delivered", _("Delivered")
    BOUNCED = "bounced", _("Came back")
    COMPLAINED = "complained", _("Reported as spam")

    @property
    def weight(self) -> int:
        """What came back after it was accepted came back, in whatever order the news arrives."""
        return list(Fate).index(self)


class MailDelivery(models.Model):
    """What became of an e-mail for one of its recipients, as far as somebody told us.

    reason: one of mailbox.parsing.reasons. is_hard: writing again is of no use.
    """

    notification = models.ForeignKey(Notification, models.CASCADE, related_name="deliveries")
    address = models.CharField(max_length=254)
    fate = models.CharField(max_length=10, choices=Fate)
    reason = models.CharField(max_length=30, blank=True)
    is_hard = models.BooleanField(default=False)
    happened_at = models.DateTimeField()

    class Meta:
        verbose_name = _("delivery of a mail")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["notification", "address"], name="mail_delivery_once"),
            models.CheckConstraint(condition=Q(fate__in=Fate.values), name="mail_delivery_fate"),
            models.CheckConstraint(
                condition=Q(is_hard=False) | Q(fate__in=["bounced", "complained"]),
                name="mail_delivery_hard_came_back",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fate} {self.address}"


class BlockedAddress(models.Model):
    """An address that gets nothing automatic until then: it does not exist, or complained.

    People may still write to it, and are warned.
    """

    address = models.CharField(_("address"), max_length=254, unique=True)
    reason = models.CharField(_("reason"), max_length=30)
    blocked_at = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"))

    objects = BlockedAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("blocked address")
        verbose_name_plural = _("blocked addresses")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=models.F("blocked_at")), name="blocked_for_a_while"
            ),
            models.CheckConstraint(
                condition=Q(address=Lower("address")) & ~Q(address=""), name="blocked_address_small"
            ),
        ]

    def __str__(self) -> str:
        return self.address
