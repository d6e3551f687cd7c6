"""Which technicians a person may see."""

from typing import Any

from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.roles import DESK_ROLES, Role
from core.phones import phone_matches


class TechnicianQuerySet(models.QuerySet):
    """Named filters over technicians."""

    def visible_to(self, user: Any) -> "TechnicianQuerySet":
        """Staff see all colleagues; customers see nobody (their ticket names its technician)."""
        return self if user.is_staff_member else self.none()

    def working(self) -> "TechnicianQuerySet":
        """Those whose sign-in is active."""
        return self.filter(user__is_active=True)

    def assignable(self) -> "TechnicianQuerySet":
        """Who can be given a ticket: still one of the desk or a technician, and still here."""
        roles = [*DESK_ROLES, Role.TECHNICIAN]
        held = Group.objects.filter(user=OuterRef("user_id"), name__in=roles)
        return self.working().filter(Exists(held))

    def dispatched(self) -> "TechnicianQuerySet":
        """The technicians: those whom the desk gives jobs."""
        return self.filter(is_dispatched=True)

    def search(self, words: str) -> "TechnicianQuerySet":
        """Rows whose name, e-mail, a skill, a postcode or a team matches every word."""
        found = self
        for word in words.split()[:8]:
            found = found.filter(
                Q(user__name__has=word)
                | Q(user__email__has=word)
                | Q(skills__name__has=word)
                | Q(service_postcodes__contains=[word.upper()])
                | Q(user__teams__name__has=word)
            )
        if by_phone := phone_matches(words, "user__phone"):
            found = self.filter(Q(pk__in=found.values("pk")) | by_phone)
        return found.distinct()

    def with_row(self) -> "TechnicianQuerySet":
        """Everything one row of the list shows: the person, skills, teams, and `has_hours`."""
        hours = self.model._meta.get_field("working_hours").related_model
        return (
            self.select_related("user")
            .prefetch_related("skill_levels__skill", "user__teams")
            .annotate(has_hours=Exists(hours.objects.filter(technician=OuterRef("pk"))))
        )
