"""Invitations of colleagues: one open link per address, seven days, its hash only."""

import hashlib
import secrets
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions.links import kill_link
from accounts.actions.people import give_roles
from accounts.errors import AlreadyHasAccount, InvitationNotOpen, InvitedMeanwhile, NotOfStaff
from accounts.events import (
    InvitationAccepted,
    InvitationRefused,
    StaffInvited,
)
from accounts.mails import absolute_url, send_mail
from accounts.models import Invitation, User
from accounts.permissions import can_manage_people
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
        kill_link(older, actor)
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
    kill_link(locked, actor)


def _state(invitation: Invitation) -> str:
    """Its state, or "inviter" when whoever invited may no longer invite.

    Losing that right revokes what is open; this holds for what was open before that rule, and
    for an invitation sent at the very moment.
    """
    state = invitation.state()
    if state == "open" and not (invitation.invited_by and can_manage_people(invitation.invited_by)):
        return "inviter"
    return state


def find_invitation(token: str) -> Invitation:
    """The open invitation of a link; only reads. Raises InvitationNotOpen."""
    invitation = Invitation.objects.filter(token_hash=token_hash(token)).first()
    if invitation is None or _state(invitation) != "open":
        raise InvitationNotOpen
    return invitation


@transaction.atomic
def note_dead_link(token: str) -> None:
    """Leave an audit line of the attempt to use a link that is known, but dead."""
    invitation = Invitation.objects.filter(token_hash=token_hash(token)).first()
    if invitation is not None and (state := _state(invitation)) != "open":
        record(InvitationRefused(state), subject=invitation)


def accept_invitation(token: str, *, name: str, password: str) -> User:
    """Make the colleague's account with the invited role; the link works once.

    password: already checked against the rules. Raises InvitationNotOpen, AlreadyHasAccount.
    """
    return _accept(find_invitation(token), name, password)


@transaction.atomic
def _accept(found: Invitation, name: str, password: str) -> User:
    invitation = Invitation.objects.select_for_update().get(pk=found.pk)
    if _state(invitation) != "open":  # two windows at once: the lock lets one through
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
