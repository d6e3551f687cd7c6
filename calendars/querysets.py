"""Which calendars a person may see."""

from typing import Any

from django.db import models


class CalendarQuerySet(models.QuerySet):
    """Named filters over calendars."""

    def visible_to(self, user: Any) -> "CalendarQuerySet":
        """Staff; customers see due dates, not the hours behind them."""
        return self if user.is_staff_member else self.none()

    def default(self) -> "CalendarQuerySet":
        """The one default calendar."""
        return self.filter(is_default=True)

    def with_feed(self) -> "CalendarQuerySet":
        """Those that read holidays from an address."""
        return self.exclude(feed_url="")

    def search(self, words: str) -> "CalendarQuerySet":
        """Calendars whose name or zone holds every word."""
        found = self
        for word in words.split()[:8]:
            found = found.filter(
                models.Q(name__icontains=word) | models.Q(time_zone__icontains=word)
            )
        return found
