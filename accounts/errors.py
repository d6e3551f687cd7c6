"""What the rules about accounts refuse."""

from django.utils.translation import gettext_lazy as _

from core.errors import RuleError


class AlreadyHasAccount(RuleError):
    """The address belongs to somebody who signs in already."""

    message = _("Somebody with this e-mail address already has an account here.")
    field = "email"


class InvitedMeanwhile(RuleError):
    """Two administrators invited the same address at the same moment."""

    message = _("Somebody else has just invited this address.")
    field = "email"


class InvitationNotOpen(RuleError):
    """The invitation was accepted, revoked or has expired, or there never was one."""

    message = _("This invitation can no longer be used.")
    status = 410


class LastAdministrator(RuleError):
    """Without this person nobody could administer the desk."""

    message = _("This is the last active administrator. Make somebody else one first.")


class NotOfStaff(RuleError):
    """Roles of staff were meant for a customer's account."""

    message = _("This is a customer's account. Invite the person with another e-mail address.")


class NeedsRole(RuleError):
    """A member of staff without a role could see nothing."""

    message = _("Choose at least one role.")
    field = "roles"


class NeedsPhone(RuleError):
    """SMS without a number."""

    message = _("Enter your phone number in your profile first, then choose SMS.")
