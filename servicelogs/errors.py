"""The ways a work entry refuses."""

from django.utils.translation import gettext_lazy as _

from core.errors import RuleError


class WorkTextMissing(RuleError):
    """Nothing was written."""

    message = _("Write what you did; the next person will read it.")
    field = "done"
    status = 422


class WorkTextTooLong(RuleError):
    """More than anybody reads; nothing is cut off silently."""

    message = _("This text is longer than 20,000 characters. Say the essence; attach the rest.")
    field = "done"
    status = 422


class MinutesOutOfRange(RuleError):
    """Not between one minute and a day."""

    message = _("Give the minutes of work, from 1 to 1440 (a whole day).")
    field = "minutes"
    status = 422


class EndsBeforeStart(RuleError):
    """The work ends before it starts."""

    message = _("The work cannot end before it started.")
    field = "ended_at"
    status = 422


class PartsUnreadable(RuleError):
    """A row of the parts is no part."""

    field = "parts"
    status = 422


class AlreadyCorrected(RuleError):
    """An entry is corrected once; then the correction can be corrected."""

    message = _("This entry was corrected before. Correct the newer entry instead.")


class OtherTicket(RuleError):
    """The entry to correct is of another ticket."""

    message = _("This entry belongs to another ticket.")


class TicketIsClosed(RuleError):
    """Nothing can be added to a closed ticket."""

    message = _("This ticket is closed; nothing can be logged on it any more.")
