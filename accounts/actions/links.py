"""The end of an invitation's link."""

from django.db import transaction
from django.utils import timezone

from accounts.events import InvitationRevoked
from accounts.models import Invitation, User
from core.events import record


@transaction.atomic
def kill_link(invitation: Invitation, actor: User) -> None:
    """Revoke a locked invitation."""
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    record(InvitationRevoked(), subject=invitation, actor=actor)


@transaction.atomic
def kill_links_of(inviter: User, actor: User) -> None:
    """Revoke what somebody invited who may no longer invite."""
    for invitation in Invitation.objects.waiting().filter(invited_by=inviter).select_for_update():
        kill_link(invitation, actor)
