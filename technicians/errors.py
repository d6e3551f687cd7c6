"""The ways a technician's record refuses."""

from django.utils.translation import gettext_lazy as _

from core.errors import RuleError


class SlotTaken(RuleError):
    """The calendar already holds something at that time."""

    message = _("This time is already taken. Choose another one.")
    field = "starts_at"


class HoursOverlap(RuleError):
    """Two stretches of one day overlap, or one ends before it starts."""

    message = _("Two of these times overlap. Let one end before the next begins.")
    status = 422


class TimeOrder(RuleError):
    """The end is not after the start."""

    message = _("The end must be after the start.")
    field = "ends_at"
    status = 422


class NotATechnician(RuleError):
    """The person lacks the role, or already has a profile."""

    message = _("Choose a member of staff with the role technician who has no profile yet.")
    field = "user"
    status = 422
