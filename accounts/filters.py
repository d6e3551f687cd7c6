"""How the list of people is narrowed."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from accounts.models import User
from accounts.roles import Role
from core.filters import ChoicesFilter, SearchFilter

STATES = [("yes", _("May sign in")), ("no", _("Disabled"))]


class PeopleFilter(FilterSet):
    """Words, roles and whether the person may sign in."""

    q = SearchFilter()
    role = ChoicesFilter(choices=Role.choices, label=_("Role"), method="with_roles")
    active = django_filters.ChoiceFilter(choices=STATES, label=_("Access"), method="with_access")

    class Meta:
        model = User
        fields: list[str] = []

    def with_roles(self, rows: QuerySet, name: str, value: list[str]) -> QuerySet:
        """People who have any of the roles."""
        # A subquery, because the list has joined the groups already.
        return rows.filter(pk__in=User.objects.with_role(*value).values("pk")) if value else rows

    def with_access(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Those who may sign in, or those who may not."""
        return rows.filter(is_active=value == "yes")
