"""Filters of the ticket lists."""

from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from accounts.models import Team
from core.filters import ChoicesFilter, ModelsFilter, SearchFilter
from technicians.models import Technician
from tickets.models import Category, Priority, Status, Ticket, TicketChannel


class TicketFilter(FilterSet):
    """The filter bar of the desk's queue."""

    q = SearchFilter()
    status = ChoicesFilter(choices=Status.choices, label=_("Status"))
    priority = ChoicesFilter(choices=Priority.choices, label=_("Priority"))
    category = ModelsFilter(queryset=Category.objects.all(), label=_("Category"))
    team = ModelsFilter(queryset=Team.objects.all(), label=_("Team"))
    technician = ModelsFilter(
        queryset=Technician.objects.select_related("user").order_by("user__name"),
        label=_("Assignee"),
    )
    channel = ChoicesFilter(choices=TicketChannel.choices, label=_("Channel"))

    class Meta:
        model = Ticket
        fields: list[str] = []
