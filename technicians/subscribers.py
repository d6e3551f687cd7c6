"""What technicians do when something happened."""

from accounts.events import AccountCreated, InvitationAccepted, RolesChanged
from accounts.models import User
from core.events import on
from core.models import EventRecord
from technicians.actions import follow_roles


@on(AccountCreated, RolesChanged)
def keep_profile_in_step(happened: EventRecord) -> None:
    """Other roles: the person may own tickets now, or is given jobs no more."""
    _follow(happened.subject_id)


@on(InvitationAccepted)
def make_profile(happened: EventRecord) -> None:
    """A new colleague: the subject is the invitation, the person is who accepted it."""
    _follow(happened.actor_id)


def _follow(pk: int | None) -> None:
    user = User.objects.filter(pk=pk).first()
    if user is not None:
        follow_roles(user)
