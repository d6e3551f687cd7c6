"""Which work entries a person may see."""

from typing import Any

from django.db import models


class ServiceLogQuerySet(models.QuerySet):
    """Named filters over work entries."""

    def visible_to(self, user: Any) -> "ServiceLogQuerySet":
        """Entries of the tickets the person may see."""
        from tickets.models import Ticket

        return self.filter(ticket__in=Ticket.objects.visible_to(user))

    def standing(self) -> "ServiceLogQuerySet":
        """Entries that were not corrected by a later one."""
        return self.filter(corrected_by=None)
