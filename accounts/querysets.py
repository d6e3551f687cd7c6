"""Who is who, and who may see whom."""

from typing import Any

from django.contrib.auth.models import BaseUserManager
from django.db import models

from core.text import normalise_email


class UserQuerySet(models.QuerySet):
    """Named filters over people."""

    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True)

    def with_role(self, *roles: str) -> "UserQuerySet":
        """People who have any of the roles, once each."""
        return self.filter(groups__name__in=roles).distinct()

    def staff_members(self) -> "UserQuerySet":
        return self.exclude(groups=None).exclude(groups__name="customer").distinct()

    def visible_to(self, user: Any) -> "UserQuerySet":
        """Admins and managers see everybody; others only themselves."""
        return self if user.is_manager else self.filter(pk=user.pk)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes users with a normalised e-mail address."""

    def get_by_natural_key(self, email: str | None) -> Any:
        return self.get(email=normalise_email(email or ""))

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Any:
        """A person who can sign in; password None = cannot until one is set."""
        user = self.model(email=normalise_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Any:
        """For manage.py createsuperuser: an administrator."""
        from django.contrib.auth.models import Group

        user = self.create_user(
            email, password, **{"is_staff": True, "is_superuser": True, **fields}
        )
        user.groups.add(Group.objects.get(name="admin"))
        return user
