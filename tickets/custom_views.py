"""Custom fields: filled in on a ticket's rail, asked for in forms, made by managers."""

from typing import Any

from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import RuleError
from core.http import add_rule_error, is_partial
from core.pages import EditPage
from core.permissions import require
from tickets import permissions
from tickets.actions.custom import fill_fields, move_field, save_field
from tickets.custom import shown_values
from tickets.custom_forms import CustomFieldForm, CustomInputs, ValuesForm
from tickets.models import CustomField, Ticket


def _ticket(request: HttpRequest, pk: int) -> Ticket:
    rows = Ticket.objects.visible_to(request.user).select_related("technician")
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def custom_values(request: HttpRequest, pk: int) -> HttpResponse:
    """The fields of a ticket, for the rail; a post fills them in."""
    ticket = _ticket(request, pk)
    if request.method != "POST":
        return _show_values(request, ticket)
    require(permissions.can_fill_fields(request.user, ticket))
    form = _values_form(ticket, request.POST)
    if form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            fill_fields(ticket, form.custom_values, actor=request.user, seen=seen)
        except RuleError as error:
            # What somebody else has just stored is on the page now: pressing again is about that.
            add_rule_error(form, error)
            return _show_values(request, _ticket(request, pk), form=form, status=422)
        again = _ticket(request, pk)
        return _show_values(request, again) if is_partial(request) else redirect(ticket)
    return _show_values(request, ticket, form=form, status=422, seen=request.POST.get("seen", ""))


def _values_form(ticket: Ticket, *data: Any) -> ValuesForm:
    fields = CustomField.objects.of_category(ticket.category_id)
    return ValuesForm(*data, custom=fields, values=ticket.custom)


def _show_values(
    request: HttpRequest,
    ticket: Ticket,
    *,
    form: ValuesForm | None = None,
    status: int = 200,
    seen: str | None = None,
) -> HttpResponse:
    fresh = _values_form(ticket)
    context = {
        "ticket": ticket,
        "values": shown_values(ticket, request.user),
        "form": form or fresh,
        "seen": fresh.shown if seen is None else seen,
        "may_change": permissions.can_fill_fields(request.user, ticket),
    }
    return render(request, "tickets/_custom_values.html", context, status=status)


@require_GET
def custom_inputs(request: HttpRequest) -> HttpResponse:
    """What to ask besides when a ticket of this category is opened, at the desk."""
    require(permissions.can_open_for_any_customer(request.user))
    return _inputs(request, for_customers=False)


@require_GET
def portal_custom_inputs(request: HttpRequest) -> HttpResponse:
    """The same for customers: only what is meant for them."""
    return _inputs(request, for_customers=True)


def _inputs(request: HttpRequest, *, for_customers: bool) -> HttpResponse:
    typed = {name: value for name, value in request.GET.items() if name.startswith("custom-")}
    form = CustomInputs(initial=typed)
    form.add_inputs_of(request.GET.get("category"), for_customers=for_customers)
    return render(request, "tickets/_custom_inputs.html", {"form": form})


@require_GET
def custom_fields(request: HttpRequest) -> HttpResponse:
    """All fields in their order."""
    require(permissions.can_change_settings(request.user))
    fields = CustomField.objects.prefetch_related("categories")
    return render(request, "tickets/custom_fields.html", {"fields": fields})


class CustomFieldPage(EditPage):
    """One field, or a new one."""

    model, form, template = CustomField, CustomFieldForm, "tickets/custom_field.html"
    allowed = staticmethod(lambda user, field: permissions.can_change_settings(user))

    def save(self, form: ModelForm) -> models.Model:
        chosen = form.cleaned_data["categories"]
        return save_field(form.instance, chosen, actor=self.request.user)

    def next_url(self, record: models.Model) -> str:
        return reverse("tickets:custom_fields")


@require_POST
def custom_field_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Show it earlier, or later."""
    require(permissions.can_change_settings(request.user))
    field = get_object_or_404(CustomField, pk=pk)
    move_field(field, up=request.POST.get("way") == "up", actor=request.user)
    return redirect("tickets:custom_fields")
