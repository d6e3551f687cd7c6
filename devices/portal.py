"""Pages of a customer's own devices."""

from django.contrib import messages
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from core.errors import RuleError
from core.http import add_rule_error
from core.pages import Column, ListPage
from customers.models import Customer
from devices import actions
from devices.filters import PortalDeviceFilter
from devices.forms import RegisterForm
from devices.models import Device

TICKETS_SHOWN = 20


class PortalIndex(ListPage):
    """The customer's devices."""

    model, filterset = Device, PortalDeviceFilter
    template, sort = "devices/portal_index.html", "product"
    columns = [
        Column("product", gettext_lazy("Device"), "product__brand", "product"),
        Column("serial", gettext_lazy("Serial number"), "serial_key"),
        Column("location", gettext_lazy("Where"), "location"),
        Column("warranty", gettext_lazy("Warranty"), "warranty_until_on", "warranty_until_on"),
        Column("open", gettext_lazy("Open tickets"), "open_count", "open_count", "num"),
    ]

    def rows(self) -> models.QuerySet:
        return super().rows().with_row()


@require_http_methods(["GET", "POST"])
def portal_create(request: HttpRequest) -> HttpResponse:
    """Register a device of one's own."""
    customer = Customer.objects.visible_to(request.user).first()
    if customer is None:
        return render(request, "devices/portal_create.html", {"form": None}, status=409)
    initial = {"serial": request.GET.get("serial", "")[:100]}
    form = RegisterForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            device = _register(form, customer, request)
        except RuleError as error:
            add_rule_error(form, error)
        else:
            messages.success(request, _("%(device)s is registered.") % {"device": device})
            return redirect("devices:portal_detail", pk=device.pk)
    status = 422 if form.is_bound else 200
    context = {"form": form, "customer": customer}
    return render(request, "devices/portal_create.html", context, status=status)


@transaction.atomic
def _register(form: RegisterForm, customer: Customer, request: HttpRequest) -> Device:
    data = form.cleaned_data
    return actions.register_device(
        customer=customer,
        product=actions.product_named(*data["product"], actor=request.user),
        serial=data["serial"],
        actor=request.user,
        by_customer=True,
        location=data["location"],
        purchased_on=data["purchased_on"],
    )


@require_GET
def portal_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One device of the customer: facts and what was reported."""
    rows = Device.objects.visible_to(request.user).select_related("product", "customer")
    device = get_object_or_404(rows, pk=pk)
    tickets = device.tickets.visible_to(request.user).with_row()  # type: ignore[attr-defined]
    found = list(tickets.order_by("-opened_at", "-pk")[:TICKETS_SHOWN])
    return render(request, "devices/portal_detail.html", {"device": device, "tickets": found})
