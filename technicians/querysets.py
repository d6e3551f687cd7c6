"""Which technicians a person may see."""

from typing import Any

from django.db import models


class TechnicianQuerySet(models.QuerySet):
    """Named filters over technicians."""

    def visible_to(self, user: Any) -> "TechnicianQuerySet":
        """Staff see all colleagues; customers see nobody (their ticket names its technician)."""
        return self if user.is_staff_member else self.none()

    def working(self) -> "TechnicianQuerySet":
        """Those whose sign-in is active."""
        return self.filter(user__is_active=True)
