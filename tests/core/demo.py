"""A small site that shows every component and every base page; urls for tests, nothing else."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils import timezone
from django_filters import FilterSet

from core.decorators import for_everyone
from core.filters import ChoicesFilter, OnlyFilter, SearchFilter
from core.pages import Column, DeletePage, DetailPage, EditPage, ListPage
from devices.models import Device, DeviceStatus, Product, ProductKind
from supportdesk.urls import urlpatterns as desk_urlpatterns


class DeviceFilter(FilterSet):
    """The kinds of filters the bar knows."""

    q = SearchFilter()
    status = ChoicesFilter(choices=DeviceStatus.choices, label="Status")
    kind = ChoicesFilter(
        field_name="product__kind", choices=ProductKind.choices, label="Kind of product"
    )
    retired = OnlyFilter(lambda rows: rows.filter(status="retired"), label="Retired only")

    class Meta:
        model = Device
        fields = ["product"]


class DeviceList(ListPage):
    """A list of a real model."""

    model, filterset, template, sort = Device, DeviceFilter, "demo/list.html", "serial"
    columns = (
        Column("serial", "Serial number", "serial_key"),
        Column("customer", "Customer", "customer__name", export="customer.name"),
        Column("status", "Status", "status"),
        Column("product", "Product", export=lambda device: f"{device.product}"),
        Column("warranty", "Warranty", "warranty_until_on", export="warranty_until_on"),
        Column("actions", "Actions", export=False),
    )

    def rows(self) -> Any:
        return super().rows().select_related("customer", "product")


def may_change(user: Any, device: Any) -> bool:
    """Rule of the demo: sales people look only."""
    return not user.is_sales


class ProductForm(forms.ModelForm):
    class Meta:
        model = Product
        fields = ["brand", "model", "kind"]


class DeviceDetail(DetailPage):
    model, template = Device, "demo/detail.html"


class ProductEdit(EditPage):
    model, template, form = Product, "demo/edit.html", ProductForm
    allowed = may_change

    def next_url(self, record: Any) -> str:
        return "/demo/devices/"


class ProductDelete(DeletePage):
    model, template, next_page = Product, "demo/delete.html", "demo:index"
    allowed = may_change


class EveryField(forms.Form):
    """One field of each kind, some in trouble."""

    serial = forms.CharField(label="Serial number", help_text="On the label at the back.")
    email = forms.EmailField(label="Email")
    password = forms.CharField(label="Password", widget=forms.PasswordInput)
    why = forms.CharField(label="Tell us more", widget=forms.Textarea, required=False)
    urgency = forms.ChoiceField(
        label="How much does it hold you up?",
        choices=[("1", "We cannot work"), ("2", "It slows us down")],
        widget=forms.RadioSelect,
    )
    skills = forms.MultipleChoiceField(
        label="Skills",
        choices=[("p", "Printers"), ("n", "Networks")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    product = forms.ChoiceField(label="Product", choices=[("", "Choose"), ("a", "LaserPro 420")])
    day = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}))
    files = forms.FileField(label="Photos or files", required=False)
    agreed = forms.BooleanField(label="Keep me signed in on this device", required=False)


def components(request: HttpRequest, base: str = "base") -> HttpResponse:
    """Every component once."""
    messages.success(request, "3 tickets assigned to Priya")
    messages.error(request, "Reply not sent. The mail server refused it. Your text is kept.")
    now = timezone.now()
    form = EveryField({"serial": "KLP420-7F3A-20871", "email": "amara@brightwell"})
    context = {
        "base": f"{base}.html",
        "form": form,
        "statuses": [
            "new",
            "open",
            "in_progress",
            "waiting",
            "on_hold",
            "visit",
            "resolved",
            "closed",
        ],
        "times": [now - timedelta(minutes=n) for n in (0, 18, 190, 3000, 40000, 900000)],
        "devices": [
            Device(warranty_until_on=None),
            Device(warranty_until_on=now.date() - timedelta(days=9)),
            Device(warranty_until_on=now.date() + timedelta(days=9)),
            Device(warranty_until_on=now.date() + timedelta(days=400)),
        ],
        "now": now,
        "crumbs": [("Customers", "/"), ("Brightwell Dental", "/")],
        "steps": ["Received", "Looked into", "Visit booked", "Fixed"],
        "files": [
            {"name": "panel-code.jpg", "size": 1258291, "url": "/", "image": True},
            {"name": "report.pdf", "size": 9000, "url": "/", "image": False},
        ],
        "facts": [("Time", "25 min"), ("Billable", "Covered by plan")],
        "secret": {"next": "/tickets/"},
    }
    return render(request, "demo/components.html", context)


def shell(request: HttpRequest, name: str) -> HttpResponse:
    """One of the base pages with a little content."""
    return render(request, f"demo/{name}.html")


PAGES: list = [
    path("demo/devices/", DeviceList.as_view(), name="index"),
    path("demo/devices/<int:pk>/", DeviceDetail.as_view(), name="detail"),
    path("demo/products/add/", ProductEdit.as_view(), name="product_add"),
    path("demo/products/<int:pk>/", ProductEdit.as_view(), name="product_edit"),
    path("demo/products/<int:pk>/delete/", ProductDelete.as_view(), name="product_delete"),
    path("demo/components/", for_everyone(components)),
    path("demo/components/<slug:base>/", for_everyone(components)),
    path("demo/shell/<slug:name>/", for_everyone(shell)),
]
urlpatterns = [path("", include((PAGES, "demo"))), *desk_urlpatterns]
