"""Colleagues named in an internal note."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.models.ticket import Message


class Mention(models.Model):
    """That a note names a colleague. name: as it stands in the text, without the @."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mentioned_in")
    name = models.CharField(max_length=150)

    class Meta:
        verbose_name = _("mention")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["message", "user"], name="mention_once"),
            models.CheckConstraint(condition=~models.Q(name=""), name="mention_named"),
        ]

    def __str__(self) -> str:
        return f"{self.name} in {self.message_id}"
