"""Back office of devices. Writing goes through the actions; deleting only through our page."""

from django import forms
from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from core.admin import DeskModelAdmin
from core.events import record
from core.record_events import RecordChanged, RecordCreated
from core.text import serial_key
from devices import actions
from devices.errors import SerialTaken
from devices.forms import DeviceFields, ProductForm
from devices.models import Device, Product


class DeviceAdminForm(DeviceFields):
    """With the customer: devices move when they are sold."""

    class Meta(DeviceFields.Meta):
        fields = ["customer", *DeviceFields.Meta.fields]

    def clean_serial(self) -> str:
        """The administration has no way to show a refusal later on."""
        serial = super().clean_serial()
        same = Device.objects.filter(serial_key=serial_key(serial)).exclude(pk=self.instance.pk)
        if same.exists():
            raise forms.ValidationError(SerialTaken.message)
        return serial


@admin.register(Product)
class ProductAdmin(DeskModelAdmin):
    form = ProductForm
    list_display = ["brand", "model", "kind"]
    list_filter = ["kind"]
    search_fields = ["brand", "model"]

    def save_model(self, request: HttpRequest, obj: Product, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        happened = RecordCreated(str(obj))
        if change:
            labels = ", ".join(str(form.fields[name].label) for name in form.changed_data)
            happened = RecordChanged(str(obj), labels)
        record(happened, subject=obj, actor=request.user)


@admin.register(Device)
class DeviceAdmin(DeskModelAdmin):
    form = DeviceAdminForm
    list_display = ["serial", "product", "customer", "status", "warranty_until_on"]
    list_filter = ["status", "product__kind"]
    list_select_related = ["product", "customer"]
    search_fields = ["serial_key", "serial", "customer__name", "product__model", "=external_id"]
    autocomplete_fields = ["customer", "product"]
    readonly_fields = ["label_code", "version", "created_at", "updated_at"]
    ordering = ["serial_key"]

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Device, form: ModelForm, change: bool) -> None:
        values = {name: form.cleaned_data[name] for name in form.changed_data}
        if change:
            actions.edit_device(obj, values, actor=request.user)
        else:
            values.setdefault("status", obj.status)
            obj.pk = actions.register_device(actor=request.user, **values).pk
