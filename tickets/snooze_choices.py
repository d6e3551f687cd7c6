"""The quick moments of a snooze, by the clock of the reader. Pure."""

from datetime import datetime, time, timedelta

from django.forms.utils import from_current_timezone
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

MORNING = time(9)
CHOICES = [
    ("tomorrow", _("Tomorrow at 9:00")),
    ("monday", _("Monday at 9:00")),
    ("week", _("In a week")),
]


def moment_of_choice(choice: str, now: datetime) -> datetime:
    """When a quick choice is, in the reader's zone. Raises KeyError for a word that is none."""
    here = timezone.localtime(now)
    days = {"tomorrow": 1, "monday": 7 - here.weekday(), "week": 7}[choice]
    wall = datetime.combine(here.date() + timedelta(days=days), MORNING)
    if choice == "week":
        wall = datetime.combine(here.date() + timedelta(days=days), here.time())
    return from_current_timezone(wall)
