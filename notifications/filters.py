"""Filters of the outbox."""

from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from core.filters import ChoicesFilter, SearchFilter
from notifications.models import Medium, Notification, State


class OutboxFilter(FilterSet):
    """By words, state and channel."""

    q = SearchFilter()
    state = ChoicesFilter(choices=State.choices, label=_("State"))
    channel = ChoicesFilter(
        choices=[choice for choice in Medium.choices if choice[0] != Medium.BELL],
        label=_("Channel"),
    )

    class Meta:
        model = Notification
        fields: list[str] = []
