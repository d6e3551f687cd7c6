"""From a stored calendar to its working time."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from calendars.models import Calendar
from calendars.official import official_holidays
from calendars.worktime import WorkCalendar

KEPT = 64


@dataclass(frozen=True)
class Holiday:
    """A holiday that was given to a calendar. is_kept: closed; else work goes on."""

    on_date: date
    name: str
    source: str | Promise
    is_kept: bool


# updated_at besides the version: one that was rolled back may come again with other hours.
_ready: OrderedDict[tuple[int, int, datetime], WorkCalendar] = OrderedDict()


def to_worktime(calendar: Calendar) -> WorkCalendar:
    """The calendar's working time. Three queries; none when this version was asked before."""
    key = (calendar.pk, calendar.version, calendar.updated_at)
    if key not in _ready:
        _ready[key] = _read(calendar)
        while len(_ready) > KEPT:
            _ready.popitem(last=False)
    return _ready[key]


def holidays_in(calendar: Calendar, year: int) -> list[Holiday]:
    """Official holidays and those of the feed, in order. Own days are not among them."""
    official = official_holidays(calendar.country, calendar.region, year)
    rows = [(day, name, _("official")) for day, name in official.items()]
    fed = calendar.feed_days.filter(on_date__year=year)
    rows += [(row.on_date, row.name, _("feed")) for row in fed if row.on_date not in official]
    worked = set(calendar.worked_holidays)
    return [
        Holiday(day, name, source, day not in worked)
        for day, name, source in sorted(rows, key=lambda row: row[0])
    ]


def _read(calendar: Calendar) -> WorkCalendar:
    weekly: list[list[tuple[int, int]]] = [[] for _day in range(7)]
    for frame in calendar.weekly_frames.all():
        weekly[frame.weekday].append(frame.span)
    own = list(calendar.own_days.prefetch_related("frames"))
    dates = {day.on_date: [frame.span for frame in day.frames.all()] for day in own}
    closed = {day.on_date: day.name for day in own if not dates[day.on_date]}
    fed = dict(calendar.feed_days.values_list("on_date", "name"))
    country, region = calendar.country, calendar.region
    worked = set(calendar.worked_holidays) | set(dates)

    def holidays(year: int) -> Mapping[date, str]:
        given = fed | dict(official_holidays(country, region, year))
        kept = {day: name for day, name in given.items() if day not in worked}
        return {day: name for day, name in (kept | closed).items() if day.year == year}

    return WorkCalendar(ZoneInfo(calendar.time_zone), weekly, dates=dates, holidays=holidays)
