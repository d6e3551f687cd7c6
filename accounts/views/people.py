"""The people who sign in, for managers to read and administrators to change."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts import actions
from accounts.filters import PeopleFilter
from accounts.forms.people import RolesForm
from accounts.models import Invitation, User
from accounts.permissions import can_manage_people, can_see_people
from accounts.roles import Role
from accounts.templatetags.people import role_words
from core.errors import RuleError
from core.http import add_rule_error
from core.models import EventRecord
from core.pages import Column, ListPage
from core.permissions import require

EVENTS_SHOWN = 30


class People(ListPage):
    """Staff; customers' accounts too when asked for by role."""

    model, filterset, template, sort = User, PeopleFilter, "accounts/people.html", "name"
    columns = [
        Column("name", gettext_lazy("Name"), "name"),
        Column("email", gettext_lazy("E-mail"), "email"),
        Column("roles", gettext_lazy("Roles"), export=role_words),
        Column("access", gettext_lazy("Access"), "is_active", export="is_active"),
        Column("seen", gettext_lazy("Last sign-in"), "last_login", export="last_login", css="num"),
    ]

    def get(self, request: HttpRequest, **kwargs: object) -> HttpResponseBase:
        require(can_see_people(request.user))
        return super().get(request, **kwargs)

    def rows(self) -> QuerySet:
        people = super().rows().with_row()
        asked = Role.CUSTOMER.value in self.request.GET.getlist("role")
        return people if asked else people.staff_members()

    def context(self) -> dict[str, object]:
        return {
            "can_manage": can_manage_people(self.request.user),
            "waiting": Invitation.objects.visible_to(self.request.user).waiting().count(),
        }


def _found(request: HttpRequest, pk: int) -> User:
    require(can_see_people(request.user))
    return get_object_or_404(User.objects.visible_to(request.user).with_row(), pk=pk)


def _show(request: HttpRequest, person: User, form: RolesForm, status: int = 200) -> HttpResponse:
    history = EventRecord.objects.filter(
        subject_type=User._meta.label_lower, subject_id=person.pk
    ).order_by("-id")[:EVENTS_SHOWN]
    context = {
        "person": person,
        "form": form,
        "roles": role_words(person),
        "history": history,
        "can_manage": can_manage_people(request.user),
    }
    return render(request, "accounts/person.html", context, status=status)


def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person; administrators give roles here."""
    found = _found(request, pk)
    if request.method != "POST":
        return _show(request, found, RolesForm(initial={"roles": list(found.role_names)}))
    require(can_manage_people(request.user))
    form = RolesForm(request.POST)
    if form.is_valid():
        try:
            actions.set_roles(found, form.cleaned_data["roles"], actor=request.user)
        except RuleError as error:
            add_rule_error(form, error)
        else:
            messages.success(request, _("Roles saved."))
            return redirect("accounts:person", pk=pk)
    return _show(request, found, form, status=422)


@require_POST
def disable(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop somebody from signing in."""
    found = _found(request, pk)
    require(can_manage_people(request.user))
    try:
        actions.disable_user(found, actor=request.user)
    except RuleError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("%(name)s can no longer sign in.") % {"name": found})
    return redirect("accounts:person", pk=pk)


@require_POST
def enable(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody sign in again."""
    found = _found(request, pk)
    require(can_manage_people(request.user))
    actions.enable_user(found, actor=request.user)
    messages.success(request, _("%(name)s can sign in again.") % {"name": found})
    return redirect("accounts:person", pk=pk)
