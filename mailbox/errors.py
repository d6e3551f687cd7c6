"""The ways an incoming mail refuses."""

from django.utils.translation import gettext_lazy as _

from core.errors import RuleError


class NotInQuarantine(RuleError):
    """What has its place is not read a second time: its words would stand there twice."""

    message = _("Only a mail in quarantine can be run again. This one has its place by now.")


class CannotMove(RuleError):
    """The mail cannot go to that ticket; the message says why."""

    field = "number"
    status = 422
