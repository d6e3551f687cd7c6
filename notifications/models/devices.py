"""Browsers that agreed to be woken: Web Push, one row per device."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PushDevice(models.Model):
    """A browser of one person. endpoint: where its maker takes messages for it; p256dh, auth: what
    they are encrypted with, so that the maker cannot read them. name: as the browser calls itself.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="push_devices")
    endpoint = models.CharField(_("address"), max_length=1000, unique=True)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=30)
    name = models.CharField(_("device"), max_length=100)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("device for push messages")
        verbose_name_plural = _("devices for push messages")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(endpoint="") & ~Q(p256dh="") & ~Q(auth=""), name="push_device_whole"
            )
        ]

    def __str__(self) -> str:
        return self.name
