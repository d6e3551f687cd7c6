"""Back office of customers. Writing goes through the actions; deleting only through our page."""

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from import_export.admin import ImportExportModelAdmin

from core.admin import DeskModelAdmin
from customers import actions
from customers.forms import ContactFields, CustomerFields
from customers.models import Contact, Customer
from customers.resources import CustomerResource


class ContactAdminForm(ContactFields):
    """A person with their customer and sign-in."""

    class Meta(ContactFields.Meta):
        fields = ["customer", *ContactFields.Meta.fields, "user"]


class ActionAdmin(DeskModelAdmin):
    """Stores through `create` and `edit`, so that every change has its event."""

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Customer)
class CustomerAdmin(ImportExportModelAdmin, ActionAdmin):
    form = CustomerFields
    resource_classes = [CustomerResource]
    list_display = ["name", "kind", "email", "phone", "city", "created_at"]
    list_filter = ["kind", "country"]
    search_fields = ["name", "email", "phone", "=external_id"]
    readonly_fields = ["version", "created_at", "updated_at"]
    ordering = ["name", "pk"]

    def save_model(
        self, request: HttpRequest, obj: Customer, form: ModelForm, change: bool
    ) -> None:
        values = {name: form.cleaned_data[name] for name in form.changed_data}
        if change:
            actions.edit_customer(obj, values, actor=request.user)
        else:
            obj.pk = actions.create_customer(actor=request.user, **values).pk


@admin.register(Contact)
class ContactAdmin(ActionAdmin):
    form = ContactAdminForm
    list_display = ["name", "customer", "email", "phone", "is_primary", "user"]
    list_filter = ["is_primary", ("user", admin.EmptyFieldListFilter)]
    list_select_related = ["customer", "user"]
    search_fields = ["name", "email", "phone", "customer__name"]
    autocomplete_fields = ["customer", "user"]
    readonly_fields = ["version", "created_at", "updated_at"]
    ordering = ["name", "pk"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A person does not change employer: their tickets stay where they were."""
        return [*self.readonly_fields, *(["customer"] if obj else [])]

    def save_model(self, request: HttpRequest, obj: Contact, form: ModelForm, change: bool) -> None:
        values = {n: form.cleaned_data[n] for n in form.changed_data if n != "customer"}
        if change:
            actions.edit_contact(obj, values, actor=request.user)
        else:
            obj.pk = actions.add_contact(obj.customer, actor=request.user, **values).pk
