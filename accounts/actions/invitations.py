"""Invitations of colleagues: one open link per address, seven days, its hash only."""

import hashlib
import secrets
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions.people import give_roles
from accounts.errors import AlreadyHasAccount, InvitationNotOpen, InvitedMeanwhile, NotOfStaff
from accounts.events import (
    InvitationAccepted,
    InvitationRefused,
    InvitationRevoked,
    StaffInvited,
)
from accounts.mails import absolute_url, send_mail
from accounts.models import Invitation, User
from accounts.roles import STAFF_ROLES, Role
from core.events import record
from core.text import normalise_email, one_line

VALID = timedelta(days=7)
TOKEN_BYTES = 32


def token_hash(token: str) -> str:
    """What is stored of a link's token: SHA-256, enough for 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite_staff(*, email: str, role: str, actor: User, name: str = "") -> Invitation:
    """Invite a colleague by mail; an older open invitation of the address dies.

    role: any but customer. Raises AlreadyHasAccount, InvitedMeanwhile, NotOfStaff.
    """
    if Role(role) not in STAFF_ROLES:
        raise NotOfStaff
    email = normalise_email(email)
    if User.objects.filter(email=email).exists():
        raise AlreadyHasAccount
    for older in Invitation.objects.waiting().filter(email=email).select_for_update():
        _revoke(older, actor)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                email=email,
                name=one_line(name),
                role=Role(role),
                token_hash=token_hash(token),
                invited_by=actor,
                expires_at=timezone.now() + VALID,
            )
    except IntegrityError as error:  # two administrators at the same moment: the first one's holds
        raise InvitedMeanwhile from error
    record(StaffInvited(str(Role(role).label)), subject=invitation, actor=actor)
    send_mail(
        "account/email/invitation",
        email,
        {
            "name": invitation.name,
            "inviter": actor.name,
            "role": Role(role).label,
            "url": absolute_url(reverse("accounts:accept_invitation", args=[token])),
            "days": VALID.days,
        },
        locale=actor.locale,
        dedupe_key=f"invitation:{invitation.pk}",
    )
    return invitation


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, actor: User) -> None:
    """Kill the link. Raises InvitationNotOpen when it was accepted or revoked before."""
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.accepted_at or locked.revoked_at:
        raise InvitationNotOpen
    _revoke(locked, actor)


def _revoke(invitation: Invitation, actor: User) -> None:
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    record(InvitationRevoked(), subject=invitation, actor=actor)


def find_invitation(token: str) -> Invitation:
    """The open invitation of a link. Raises InvitationNotOpen; a dead link leaves an audit line."""
    invitation = Invitation.objects.filter(token_hash=token_hash(token)).first()
    if invitation is None:
        raise InvitationNotOpen
    if (state := invitation.state()) != "open":
        with transaction.atomic():
            record(InvitationRefused(state), subject=invitation)
        raise InvitationNotOpen
    return invitation


def accept_invitation(token: str, *, name: str, password: str) -> User:
    """Make the colleague's account with the invited role; the link works once.

    password: already checked against the rules. Raises InvitationNotOpen, AlreadyHasAccount.
    """
    return _accept(find_invitation(token), name, password)


@transaction.atomic
def _accept(found: Invitation, name: str, password: str) -> User:
    invitation = Invitation.objects.select_for_update().get(pk=found.pk)
    if invitation.state() != "open":  # two windows at once: the lock lets one through
        raise InvitationNotOpen
    if User.objects.filter(email=invitation.email).exists():
        raise AlreadyHasAccount
    user = User.objects.create_user(
        invitation.email, password, name=one_line(name) or invitation.name
    )
    give_roles(user, [invitation.role])
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    record(InvitationAccepted(str(Role(invitation.role).label)), subject=invitation, actor=user)
    return user
