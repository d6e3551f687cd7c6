"""Pages of devices, for staff. Doors only; rules are in actions."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from core.conflicts import conflict_page
from core.decorators import for_everyone
from core.errors import RuleError
from core.http import add_rule_error
from core.models import EventRecord
from core.pages import Column, EditPage, ListPage
from core.permissions import require
from customers.models import Customer
from devices import actions, permissions
from devices.filters import DeviceFilter, ProductFilter
from devices.forms import DeviceForm, ProductForm
from devices.labels import SHEET_LIMIT, label_sheet, label_url, qr_svg
from devices.models import Device, Product

PANEL_LIMIT = 10
HISTORY_LIMIT = 30


class Index(ListPage):
    """Every device the reader may see."""

    model, filterset, template, sort = Device, DeviceFilter, "devices/index.html", "product"
    columns = [
        Column("select", gettext_lazy("Label"), export=False, css="w-check"),
        Column("product", gettext_lazy("Device"), "product__brand", "product"),
        Column("serial", gettext_lazy("Serial number"), "serial_key"),
        Column("customer", gettext_lazy("Customer"), "customer__name", "customer.name"),
        Column("location", gettext_lazy("Where"), "location"),
        Column("status", gettext_lazy("Status"), "status"),
        Column("purchased_on", gettext_lazy("Bought"), css="d-none"),
        Column("warranty", gettext_lazy("Warranty"), "warranty_until_on", "warranty_until_on"),
        Column("open", gettext_lazy("Open tickets"), "open_count", "open_count", "num"),
    ]

    def rows(self) -> models.QuerySet:
        return super().rows().with_row()

    def context(self) -> dict[str, Any]:
        return {"can_register": permissions.can_register_device(self.request.user)}


def device_for(request: HttpRequest, pk: int) -> Device:
    """The device with product and customer, among those the person may see; else 404."""
    rows = Device.objects.visible_to(request.user).select_related("product", "customer")
    return get_object_or_404(rows, pk=pk)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The device and its whole history."""
    device = device_for(request, pk)
    user = request.user
    history = EventRecord.objects.filter(subject_type="devices.device", subject_id=device.pk)
    context = {
        "device": device,
        "history": history.order_by("-pk")[:HISTORY_LIMIT],
        "label_url": label_url(device),
        "can_edit": permissions.can_edit_device(user, device),
        "can_delete": permissions.can_delete_device(user, device),
    }
    return render(request, "devices/detail.html", context)


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Register a device: first whose it is, then what it is."""
    require(permissions.can_register_device(request.user))
    customer = _customer_asked_for(request)
    if customer is None:
        words = request.GET.get("q", "")[:200]
        found = Customer.objects.visible_to(request.user).search(words).order_by("name", "pk")
        context = {"words": words, "customers": found[:8] if words.strip() else []}
        return render(request, "devices/create.html", context)
    form = DeviceForm(request.POST or None)
    if form.is_valid():
        try:
            device = actions.register_device(customer=customer, actor=request.user, **_values(form))
        except RuleError as error:
            add_rule_error(form, error)
        else:
            messages.success(request, _("%(device)s registered.") % {"device": device})
            return redirect(device)
    return _show_form(request, "devices/create.html", form, customer=customer)


def _customer_asked_for(request: HttpRequest) -> Customer | None:
    """The customer of ?customer=; None without one, 404 for one the person may not see."""
    asked = request.GET.get("customer", "")
    if not asked:
        return None
    pk = int(asked) if asked.isdecimal() and len(asked) < 15 else 0
    return get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a device; the second of two savers meets the conflict page."""
    device = device_for(request, pk)
    require(permissions.can_edit_device(request.user, device))
    if request.method != "POST":
        form = DeviceForm(instance=device)
        return _show_form(request, "devices/edit.html", form, device=device)
    shown = device_for(request, pk)  # the form changes its own instance, typed values and all
    with transaction.atomic():
        stored = Device.objects.select_for_update().get(pk=pk)
        form = DeviceForm(request.POST, instance=stored)
        if form.is_valid():
            if form.stale_conflicts:
                return conflict_page(request, form, cancel_url=device.get_absolute_url())
            try:
                actions.edit_device(stored, form.merged_data, actor=request.user)
            except RuleError as error:
                add_rule_error(form, error)
            else:
                messages.success(request, _("Changes saved."))
                return redirect("devices:detail", pk=pk)
    return _show_form(request, "devices/edit.html", form, device=shown)


@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what happens, ask, delete."""
    device = device_for(request, pk)
    require(permissions.can_delete_device(request.user, device))
    if request.method == "POST":
        actions.delete_device(device, actor=request.user)
        messages.success(request, _("%(device)s deleted.") % {"device": device})
        return redirect("devices:index")
    tickets = device.tickets.count()  # type: ignore[attr-defined]
    return render(request, "devices/delete.html", {"device": device, "ticket_count": tickets})


@require_GET
def customer_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The devices of a customer, for the customer page."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    rows = customer.devices.with_row().order_by("status", "product__brand", "serial_key")  # type: ignore[attr-defined]
    found = list(rows[: PANEL_LIMIT + 1])
    context = {
        "customer": customer,
        "devices": found[:PANEL_LIMIT],
        "has_more": len(found) > PANEL_LIMIT,
    }
    return render(request, "devices/customer_panel.html", context)


@require_GET
def label(request: HttpRequest, pk: int) -> HttpResponse:
    """The QR code of one device."""
    return HttpResponse(qr_svg(device_for(request, pk)), content_type="image/svg+xml")


@require_GET
def labels(request: HttpRequest) -> HttpResponse:
    """A sheet of labels for the devices of ?pk=…&pk=…, in the order of the list."""
    require(permissions.can_print_labels(request.user))
    asked = {int(pk) for pk in request.GET.getlist("pk") if pk.isdecimal() and len(pk) < 15}
    if not asked or len(asked) > SHEET_LIMIT:
        words = _("Select between 1 and %(limit)s devices, then print the labels.")
        raise RuleError(words % {"limit": SHEET_LIMIT})
    rows = Device.objects.visible_to(request.user).filter(pk__in=asked)
    devices = list(rows.select_related("product").order_by("product__brand", "serial_key"))
    get_object_or_404(rows[:1])
    response = HttpResponse(label_sheet(devices), content_type="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="labels.pdf"'
    return response


@for_everyone
@require_GET
def scan(request: HttpRequest, code: UUID) -> HttpResponse:
    """Where a scanned label leads: each to their own page of the device."""
    device = get_object_or_404(Device.objects.visible_to(request.user), label_code=code)
    page = "devices:detail" if request.user.is_staff_member else "devices:portal_detail"
    return redirect(page, pk=device.pk)


class Products(ListPage):
    """The catalogue."""

    model, filterset, template, sort = Product, ProductFilter, "devices/products.html", "brand"
    columns = [
        Column("brand", gettext_lazy("Brand"), "brand"),
        Column("model", gettext_lazy("Model"), "model"),
        Column("kind", gettext_lazy("Type"), "kind"),
        Column("devices", gettext_lazy("Devices"), "device_count", "device_count", "num"),
    ]

    def rows(self) -> models.QuerySet:
        return super().rows().annotate(device_count=models.Count("devices"))

    def context(self) -> dict[str, Any]:
        return {"can_edit": permissions.can_edit_product(self.request.user, Product())}


class ProductEdit(EditPage):
    """Adds or changes a product."""

    model, form, template = Product, ProductForm, "devices/product_edit.html"
    allowed = permissions.can_edit_product


def _values(form: Any) -> dict[str, Any]:
    """What was typed, without the hidden opening state."""
    return {name: value for name, value in form.cleaned_data.items() if name != "opened"}


def _show_form(request: HttpRequest, template: str, form: Any, **context: Any) -> HttpResponse:
    """The page of a form; 422 when it was sent and is not right."""
    status = 422 if form.is_bound else 200
    return render(request, template, context | {"form": form}, status=status)
