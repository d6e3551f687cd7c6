"""Roles, and who may sign in at all."""

from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.db import transaction

from accounts.actions.links import kill_links_of
from accounts.errors import LastAdministrator, NeedsRole, NotOfStaff
from accounts.events import AccountConfirmed, AccountDisabled, AccountEnabled, RolesChanged
from accounts.models import User
from accounts.roles import STAFF_ROLES, Role
from core.events import record


def give_roles(user: User, roles: Iterable[str]) -> None:
    """Store the roles; the administration opens to administrators alone. No rule, no event."""
    names = [Role(role).value for role in roles]
    user.groups.set(Group.objects.filter(name__in=names))
    for remembered in ("role_names", "granted"):
        user.__dict__.pop(remembered, None)
    user.is_staff = Role.ADMIN.value in names
    user.save(update_fields=["is_staff"])


def _lock(user: User) -> User:
    """The person's row, locked; and the administrators', so that two cannot leave together."""
    admins = User.objects.filter(groups__name=Role.ADMIN).values("pk")
    rows = User.objects.select_for_update().filter(pk__in=[user.pk, *(a["pk"] for a in admins)])
    return {row.pk: row for row in rows.order_by("pk")}[user.pk]


def _keep_an_administrator(user: User) -> None:
    """Raise LastAdministrator when no other active one is there."""
    others = User.objects.active().with_role(Role.ADMIN).exclude(pk=user.pk)
    if user.is_active and user.is_admin and not others.exists():
        raise LastAdministrator


@transaction.atomic
def set_roles(user: User, roles: Iterable[str], *, actor: User) -> None:
    """Give a member of staff exactly these roles.

    Raises NotOfStaff for a customer's account, NeedsRole without any, LastAdministrator.
    """
    wanted = {Role(role) for role in roles}
    if not wanted:
        raise NeedsRole
    locked = _lock(user)
    if locked.is_customer or not wanted <= set(STAFF_ROLES):
        raise NotOfStaff
    if Role.ADMIN not in wanted:
        _keep_an_administrator(locked)
    if wanted == {Role(name) for name in locked.role_names}:
        return
    give_roles(locked, wanted)
    if Role.ADMIN not in wanted:
        kill_links_of(locked, actor)
    labels = ", ".join(str(role.label) for role in Role if role in wanted)
    record(RolesChanged(labels), subject=locked, actor=actor)


@transaction.atomic
def disable_user(user: User, *, actor: User) -> None:
    """Stop somebody from signing in; their sessions end with their next request.

    Raises LastAdministrator. Nothing happens when already disabled.
    """
    locked = _lock(user)
    if not locked.is_active:
        return
    _keep_an_administrator(locked)
    locked.is_active = False
    # Enabled again later, an old browser must not find itself still signed in.
    locked.sessions_version += 1
    locked.save(update_fields=["is_active", "sessions_version"])
    kill_links_of(locked, actor)
    record(AccountDisabled(), subject=locked, actor=actor)


@transaction.atomic
def enable_user(user: User, *, actor: User) -> None:
    """Let somebody sign in again. Nothing happens when they may already."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    if locked.is_active:
        return
    locked.is_active = True
    locked.save(update_fields=["is_active"])
    record(AccountEnabled(), subject=locked, actor=actor)


@transaction.atomic
def confirm_customer(user: User) -> bool:
    """Make somebody who confirmed their address a customer; False when they work here.

    The customers app links them to their company in the same transaction.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    if locked.is_staff_member:
        return False
    if not locked.is_customer:
        give_roles(locked, [Role.CUSTOMER])
    record(AccountConfirmed(), subject=locked, actor=locked)
    return True
