"""The ways a ticket refuses."""

from django.utils.translation import gettext_lazy as _

from core.errors import RuleError


class DeviceOfAnotherCustomer(RuleError):
    """The device does not belong to the ticket's customer."""

    message = _("Choose one of this customer's own devices.")
    field = "device"
    status = 422


class RequesterOfAnotherCustomer(RuleError):
    """The person does not belong to the ticket's customer."""

    message = _("Choose one of this customer's own contacts.")
    field = "requester"
    status = 422


class MoveNotAllowed(RuleError):
    """MOVES has no such move."""

    field = "status"


class TextMissing(RuleError):
    """A text that must be there is empty."""

    status = 422


class ResolutionMissing(TextMissing):
    """A ticket cannot be resolved without saying what fixed it."""

    message = _("Write what fixed it; the customer and the next technician will read it.")
    field = "resolution"


class NotYourJob(RuleError):
    """The job belongs to somebody else by now."""

    message = _("This job is not assigned to you any more.")


class WrongStep(RuleError):
    """The job is at another step already."""

    message = _("This job has moved on since you opened the page. Here is how it stands now.")


class DueDateRefused(RuleError):
    """A moment that cannot be promised."""

    status = 422


class PolicyRefused(RuleError):
    """A promise that contradicts itself or the other policies."""

    status = 422
