"""Filter of the list of technicians."""

from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from core.filters import ChoicesFilter, ModelsFilter, OnlyFilter, SearchFilter
from technicians.models import Availability, Skill, Technician


class TechnicianFilter(FilterSet):
    """The filter bar."""

    q = SearchFilter()
    skills = ModelsFilter(queryset=Skill.objects.all(), label=_("Skill"), distinct=True)
    availability = ChoicesFilter(choices=Availability.choices, label=_("Availability"))
    works_in_field = OnlyFilter(
        lambda rows: rows.filter(works_in_field=True), label=_("Visits customers")
    )
    without_hours = OnlyFilter(
        lambda rows: rows.filter(working_hours=None), label=_("No working hours")
    )

    # What it adds to the list is in views.Index.rows: without it the desk is left out.
    at_desk = OnlyFilter(
        lambda rows: rows.filter(is_dispatched=False), label=_("Colleagues of the desk")
    )

    class Meta:
        model = Technician
        fields: list[str] = []
