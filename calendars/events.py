"""What can happen to a calendar. Names are stored: never rename one."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_noop as _

from core.events import DomainEvent, event


@event
@dataclass(frozen=True)
class CalendarCreated(DomainEvent):
    name: ClassVar[str] = "calendar.created"
    sentence: ClassVar[str] = _("added the calendar {title}")
    title: str


@event
@dataclass(frozen=True)
class CalendarChanged(DomainEvent):
    """Working time is another one: whatever was computed with it is computed again."""

    name: ClassVar[str] = "calendar.changed"
    sentence: ClassVar[str] = _("changed {fields} of the calendar {title}")
    title: str
    fields: str


@event
@dataclass(frozen=True)
class DefaultCalendarChosen(DomainEvent):
    name: ClassVar[str] = "calendar.default_chosen"
    sentence: ClassVar[str] = _("made {title} the default calendar")
    title: str


@event
@dataclass(frozen=True)
class CalendarDeleted(DomainEvent):
    name: ClassVar[str] = "calendar.deleted"
    sentence: ClassVar[str] = _("deleted the calendar {title}")
    title: str


@event
@dataclass(frozen=True)
class FeedFailed(DomainEvent):
    """The feed stopped answering. Recorded once per outage; the last good days stay."""

    name: ClassVar[str] = "calendar.feed_failed"
    sentence: ClassVar[str] = _("could not read the holidays of {title}: {reason}")
    title: str
    reason: str
