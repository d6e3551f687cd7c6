"""Which incoming mails a person may see."""

from typing import Any

from django.db import models
from django.db.models import Q


class InboundMailQuerySet(models.QuerySet):
    """Named filters over what came in."""

    def visible_to(self, user: Any) -> "InboundMailQuerySet":
        """The desk: it sees every ticket, and a mail may belong to any."""
        return self if user.is_active and user.is_desk else self.none()

    def search(self, words: str) -> "InboundMailQuerySet":
        """Every word in the sender or the subject."""
        found = self
        for word in words.split()[:8]:
            found = found.filter(
                Q(from_email__icontains=word)
                | Q(from_name__icontains=word)
                | Q(subject__icontains=word)
            )
        return found
