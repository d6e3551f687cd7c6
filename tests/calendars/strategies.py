"""Calendars and moments for the property tests: every zone rule that has hurt somebody."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from calendars.worktime import WorkCalendar

# Clocks change at night, at midnight, by half an hour, and once a whole day was left out.
ZONES = [
    "UTC", "Europe/Berlin", "Europe/London", "America/New_York", "America/Sao_Paulo",
    "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "Africa/Cairo",
]  # fmt: skip
FIRST, LAST = datetime(2011, 1, 1, tzinfo=UTC), datetime(2018, 12, 31, tzinfo=UTC)
SPAN = int((LAST - FIRST).total_seconds())

moments = st.integers(0, SPAN).map(lambda seconds: FIRST + timedelta(seconds=seconds))
amounts = st.integers(1, 2_000_000)


@st.composite
def day_frames(draw: st.DrawFn, least: int = 0) -> list[tuple[int, int]]:
    edges = draw(st.lists(st.integers(0, 1440), min_size=2 * least, max_size=6, unique=True))
    edges.sort()
    return list(zip(edges[::2], edges[1::2], strict=False))


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    """Open at least on Wednesdays, so that a question always has an answer."""
    weekly = [draw(day_frames()) for _day in range(7)]
    weekly[2] = draw(day_frames(least=1))
    days = st.integers(0, 365 * 8).map(lambda days: date(2011, 1, 1) + timedelta(days=days))
    closed = draw(st.sets(days, max_size=20))
    return WorkCalendar(
        zone=ZoneInfo(draw(st.sampled_from(ZONES))),
        weekly=weekly,
        dates=draw(st.dictionaries(days, day_frames(), max_size=5)),
        breaks=draw(st.dictionaries(days, day_frames(), max_size=5)),
        holidays=lambda year: {day: "closed" for day in closed if day.year == year},
    )
