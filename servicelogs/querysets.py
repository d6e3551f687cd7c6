"""Which work entries a person may see."""

from typing import Any

from django.db import models
from django.db.models import Q, Sum

from tickets.models import Ticket


class ServiceLogQuerySet(models.QuerySet):
    """Named filters over work entries."""

    def visible_to(self, user: Any) -> "ServiceLogQuerySet":
        """Staff: entries of the tickets they may see. Customers: none, entries are internal."""
        if not user.is_staff_member:
            return self.none()
        return self.filter(ticket__in=Ticket.objects.visible_to(user))

    def standing(self) -> "ServiceLogQuerySet":
        """Entries that were not corrected by a later one."""
        return self.filter(corrected_by=None)

    def with_row(self) -> "ServiceLogQuerySet":
        """Everything one entry shows, in three queries."""
        return self.select_related(
            "ticket__customer", "technician__user", "corrects", "corrected_by"
        ).prefetch_related("parts", "files__stored")

    def search(self, words: str) -> "ServiceLogQuerySet":
        """What was done, who did it, for whom, or a ticket's number."""
        found = self
        for word in words.split()[:8]:
            match = (
                Q(done__icontains=word)
                | Q(author_name__icontains=word)
                | Q(ticket__customer__name__icontains=word)
                | Q(parts__name__icontains=word)
            )
            digits = word.upper().removeprefix("SD-").lstrip("0")
            if digits.isdecimal() and len(digits) <= 9:
                match |= Q(ticket=int(digits))
            found = found.filter(match)
        return found.distinct()

    def total_minutes(self) -> int:
        """Minutes of the entries that stand."""
        rows = self.standing().order_by()
        # A subquery of keys: a search joins parts, and a joined row would count twice.
        counted = self.model.objects.filter(pk__in=rows.values("pk"))
        return counted.aggregate(sum=Sum("minutes"))["sum"] or 0
