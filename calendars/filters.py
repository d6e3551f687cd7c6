"""What the list of calendars can be narrowed by."""

from django_filters import FilterSet

from calendars.models import Calendar
from core.filters import SearchFilter


class CalendarFilter(FilterSet):
    q = SearchFilter()

    class Meta:
        model = Calendar
        fields: list[str] = []
