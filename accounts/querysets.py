"""Who is who, and who may see whom."""

from typing import Any

from django.contrib.auth.models import BaseUserManager, Group
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef, Q

from core.phones import phone_matches
from core.text import normalise_email


class UserQuerySet(models.QuerySet):
    """Named filters over people."""

    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True)

    def with_role(self, *roles: str) -> "UserQuerySet":
        """People who have any of the roles, once each."""
        return self.filter(groups__name__in=roles).distinct()

    def staff_members(self) -> "UserQuerySet":
        """People who work here, in whatever role."""
        return self.exclude(groups=None).exclude(groups__name="customer").distinct()

    def search(self, words: str) -> "UserQuerySet":
        """People whose name, e-mail or phone contains every word."""
        found = Q()
        for word in words.split()[:8]:
            found &= Q(name__has=word) | Q(email__has=word) | Q(phone__contains=word)
        by_phone = phone_matches(words)
        return self.filter(found | by_phone if by_phone else found)

    def with_roles(self) -> "UserQuerySet":
        """With `granted`, the names of the roles, which User.role_names reads."""
        return self.annotate(granted=ArraySubquery(
            Group.objects.filter(user=OuterRef("pk")).order_by("name").values("name")
        ))  # fmt: skip

    def with_row(self) -> "UserQuerySet":
        """What a line of the list of people shows: the roles, in one more query."""
        return self.prefetch_related("groups")

    def visible_to(self, user: Any) -> "UserQuerySet":
        """Admins and managers see everybody; others only themselves."""
        return self if user.is_manager else self.filter(pk=user.pk)


class InvitationQuerySet(models.QuerySet):
    """Named filters over invitations."""

    def waiting(self) -> "InvitationQuerySet":
        """Neither accepted nor revoked; may have expired."""
        return self.filter(accepted_at=None, revoked_at=None)

    def visible_to(self, user: Any) -> "InvitationQuerySet":
        """Administrators invite, so they alone see invitations."""
        return self if user.is_admin else self.none()


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes users with a normalised e-mail address."""

    def get_by_natural_key(self, email: str | None) -> Any:
        return self.get(email=normalise_email(email or ""))

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Any:
        """A person whose address the desk vouches for, so that no confirmation is asked.

        password: None = cannot sign in until they have set one through a reset.
        """
        user = self.model(email=normalise_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        user.emailaddress_set.create(email=user.email, verified=True, primary=True)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Any:
        """For manage.py createsuperuser: an administrator."""
        from django.contrib.auth.models import Group

        user = self.create_user(
            email, password, **{"is_staff": True, "is_superuser": True, **fields}
        )
        user.groups.add(Group.objects.get(name="admin"))
        return user
