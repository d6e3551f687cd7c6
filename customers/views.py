"""Pages of customers, for staff. Doors only; rules are in actions."""

from typing import Any

from django.contrib import messages
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from core.conflicts import conflict_page
from core.errors import RuleError
from core.http import add_rule_error
from core.models import EventRecord
from core.pages import Column, ListPage
from core.permissions import require
from customers import actions, permissions
from customers.deletion import Loss
from customers.filters import CustomerFilter
from customers.forms import ContactForm, CustomerForm, DeleteCustomerForm
from customers.models import Contact, Customer

FOUND_LIMIT = 8
HISTORY_LIMIT = 100
SAME_PHONE_SHOWN = 5


class Index(ListPage):
    """Every customer the reader may see."""

    model, filterset, template, sort = Customer, CustomerFilter, "customers/index.html", "name"
    columns = [
        Column("name", gettext_lazy("Customer"), "name"),
        Column("kind", gettext_lazy("Kind"), "kind"),
        Column("email", gettext_lazy("E-mail"), "email"),
        Column("phone", gettext_lazy("Phone")),
        Column("postcode", gettext_lazy("Postcode"), css="d-none"),
        Column("city", gettext_lazy("Town"), "city"),
        Column("devices", gettext_lazy("Devices"), "device_count", "device_count", "num"),
        Column("open", gettext_lazy("Open tickets"), "open_count", "open_count", "num"),
    ]

    def rows(self) -> models.QuerySet:
        return super().rows().with_counts()

    def context(self) -> dict[str, Any]:
        return {"can_create": permissions.can_create_customer(self.request.user)}


def customer_for(request: HttpRequest, pk: int) -> Customer:
    """The customer among those the person may see; else 404."""
    return get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one customer at a glance."""
    customer = customer_for(request, pk)
    user = request.user
    tickets = customer.tickets.visible_to(user)  # type: ignore[attr-defined]
    tab = "history" if request.GET.get("tab") == "history" else "overview"
    context = {
        "customer": customer,
        "tab": tab,
        "contacts": list(customer.contacts.select_related("user")[:50]),
        "device_count": customer.devices.count(),  # type: ignore[attr-defined]
        "ticket_count": tickets.count(),
        "open_count": tickets.live().count(),
        "can_edit": permissions.can_edit_customer(user, customer),
        "can_delete": permissions.can_delete_customer(user, customer),
        "can_register": permissions.can_register_device_for(user, customer),
    }
    if tab == "history":
        context["history"] = EventRecord.objects.filter(
            subject_type="customers.customer", subject_id=customer.pk
        ).order_by("-pk")[:HISTORY_LIMIT]
    return render(request, "customers/detail.html", context)


@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """A few customers for what was typed; each is a link `?customer=` of the page around it."""
    words = request.GET.get("q", "")[:200]
    rows = Customer.objects.visible_to(request.user).search(words).order_by("name", "pk")
    context = {"customers": rows[:FOUND_LIMIT] if words.strip() else [], "words": words}
    return render(request, "customers/find.html", context)


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A new customer."""
    require(permissions.can_create_customer(request.user))
    form = CustomerForm(request.POST or None)
    if form.is_valid():
        try:
            customer = actions.create_customer(actor=request.user, **_values(form))
        except RuleError as error:
            add_rule_error(form, error)
        else:
            messages.success(request, _("%(name)s added.") % {"name": customer})
            _warn_of_same_phone(request, customer.phone, customer)
            return redirect(customer)
    return _show_form(request, "customers/create.html", form)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a customer; the second of two savers meets the conflict page."""
    customer = customer_for(request, pk)
    require(permissions.can_edit_customer(request.user, customer))
    context = {"customer": customer}
    if request.method != "POST":
        form = CustomerForm(instance=customer)
        return _show_form(request, "customers/edit.html", form, **context)
    with transaction.atomic():
        stored = Customer.objects.select_for_update().get(pk=pk)
        form = CustomerForm(request.POST, instance=stored)
        if form.is_valid():
            if form.stale_conflicts:
                return conflict_page(request, form, cancel_url=customer.get_absolute_url())
            try:
                actions.edit_customer(stored, form.merged_data, actor=request.user)
            except RuleError as error:
                add_rule_error(form, error)
            else:
                messages.success(request, _("Changes saved."))
                return redirect("customers:detail", pk=pk)
    return _show_form(request, "customers/edit.html", form, **context)


@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what goes, ask for the name, delete."""
    customer = customer_for(request, pk)
    require(permissions.can_delete_customer(request.user, customer))
    form = DeleteCustomerForm(request.POST or None, customer=customer)
    if form.is_valid():
        actions.delete_customer(customer, actor=request.user)
        messages.success(request, _("%(name)s deleted.") % {"name": customer})
        return redirect("customers:index")
    context = {"customer": customer, "loss": Loss(customer).named()}
    return _show_form(request, "customers/delete.html", form, **context)


@require_http_methods(["GET", "POST"])
def contact_create(request: HttpRequest, pk: int) -> HttpResponse:
    """A new person of a customer."""
    customer = customer_for(request, pk)
    require(permissions.can_edit_customer(request.user, customer))
    form = ContactForm(request.POST or None)
    if form.is_valid():
        try:
            contact = actions.add_contact(customer, actor=request.user, **_values(form))
        except RuleError as error:
            add_rule_error(form, error)
        else:
            messages.success(request, _("%(name)s added.") % {"name": contact})
            _warn_of_same_phone(request, contact.phone, customer)
            return redirect(customer)
    return _show_form(request, "customers/contact_create.html", form, customer=customer)


def contact_for(request: HttpRequest, pk: int) -> Contact:
    """The contact among those the person may see and change; else 404 or 403."""
    rows = Contact.objects.visible_to(request.user).select_related("customer")
    contact = get_object_or_404(rows, pk=pk)
    require(permissions.can_edit_customer(request.user, contact.customer))
    return contact


@require_http_methods(["GET", "POST"])
def contact_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a person; the second of two savers meets the conflict page."""
    contact = contact_for(request, pk)
    context = {"customer": contact.customer, "contact": contact}
    if request.method != "POST":
        form = ContactForm(instance=contact)
        return _show_form(request, "customers/contact_edit.html", form, **context)
    with transaction.atomic():
        stored = Contact.objects.select_for_update().get(pk=pk)
        form = ContactForm(request.POST, instance=stored)
        if form.is_valid():
            if form.stale_conflicts:
                return conflict_page(request, form, cancel_url=contact.get_absolute_url())
            try:
                actions.edit_contact(stored, form.merged_data, actor=request.user)
            except RuleError as error:
                add_rule_error(form, error)
            else:
                messages.success(request, _("Changes saved."))
                return redirect(contact)
    return _show_form(request, "customers/contact_edit.html", form, **context)


@require_http_methods(["GET", "POST"])
def contact_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then remove a person."""
    contact = contact_for(request, pk)
    if request.method == "POST":
        actions.remove_contact(contact, actor=request.user)
        messages.success(request, _("%(name)s removed.") % {"name": contact})
        return redirect(contact.customer)
    context = {"customer": contact.customer, "contact": contact}
    return render(request, "customers/contact_delete.html", context)


def _warn_of_same_phone(request: HttpRequest, phone: Any, customer: Customer) -> None:
    """Name other customers with the number: perhaps it is the same one. No error: people share."""
    others = Customer.objects.visible_to(request.user).sharing_phone(phone, but=customer.pk)
    names = [other.name for other in others.order_by("name")[:SAME_PHONE_SHOWN]]
    if names:
        words = _("The phone number %(phone)s is also that of: %(names)s")
        values = {"phone": phone.as_international, "names": ", ".join(names)}
        messages.warning(request, words % values)


def _values(form: Any) -> dict[str, Any]:
    """What was typed, without the hidden opening state."""
    return {name: value for name, value in form.cleaned_data.items() if name != "opened"}


def _show_form(request: HttpRequest, template: str, form: Any, **context: Any) -> HttpResponse:
    """The page of a form; 422 when it was sent and is not right."""
    status = 422 if form.is_bound else 200
    return render(request, template, context | {"form": form}, status=status)
