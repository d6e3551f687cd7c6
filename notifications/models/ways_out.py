"""Links in mail by which a person ends one kind of news, without signing in."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import NewsKind


def new_key() -> str:
    """256 bits of chance: nothing else leads to it, and one row can be taken away (A11)."""
    return secrets.token_urlsafe(32)


class WayOut(models.Model):
    """The link of one person for one kind of news: the same in every mail."""

    key = models.CharField(max_length=43, unique=True, default=new_key, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(_("kind of news"), max_length=20, choices=NewsKind)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("link that ends news")
        verbose_name_plural = _("links that end news")
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="wayout_once"),
            models.CheckConstraint(condition=Q(kind__in=NewsKind.values), name="wayout_kind"),
            models.CheckConstraint(condition=Q(key__regex=r"^.{43}$"), name="wayout_key"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.kind}"
