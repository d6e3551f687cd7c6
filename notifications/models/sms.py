"""Numbers that want no SMS, and how much of each limit is used up."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class StoppedNumber(models.Model):
    """A phone that asked for no more SMS. Nothing is sent there until it says START."""

    phone = models.CharField(_("phone"), max_length=20, unique=True)
    reason = models.CharField(_("reason"), max_length=200)
    stopped_at = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("number without SMS")
        verbose_name_plural = _("numbers without SMS")
        constraints = [models.CheckConstraint(condition=~Q(phone=""), name="stopped_phone_given")]

    def __str__(self) -> str:
        return self.phone


class SmsUse(models.Model):
    """How much of a limit is used up since starts_at. scope and key: whose, see allowances.py."""

    scope = models.CharField(max_length=12)
    key = models.CharField(max_length=20)
    starts_at = models.DateTimeField()
    used = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("use of an SMS limit")
        constraints = [
            models.UniqueConstraint(fields=["starts_at", "scope", "key"], name="sms_use_once")
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}: {self.used}"
