"""The ways a calendar refuses."""

from django.utils.translation import gettext_lazy as _

from core.errors import RuleError


class NoHours(RuleError):
    """Nothing would ever be due in a calendar that never opens."""

    message = _("A calendar needs working hours. Enter at least one stretch.")
    status = 422


class FramesOverlap(RuleError):
    """Two stretches of one day overlap, or one ends before it starts."""

    message = _("Two of these times overlap. Let one end before the next begins.")
    status = 422


class NameTaken(RuleError):
    """Another calendar is called so."""

    message = _("Another calendar has this name.")
    field = "name"
    status = 422


class DayTaken(RuleError):
    """The date has an entry of its own already."""

    message = _("This date has an entry already. Delete it first.")
    field = "on_date"
    status = 422


class DefaultStays(RuleError):
    """There is always a default calendar."""

    message = _("This is the default calendar. Make another one the default first.")


class UnknownHolidays(RuleError):
    """No such country, or no such region in it."""

    message = _("We know no holidays of this place. Choose another one.")
    field = "region"
    status = 422
