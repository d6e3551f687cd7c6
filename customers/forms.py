"""Forms of customers and contacts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.conflicts import VersionedFormMixin
from core.text import normalise_email, one_line
from customers.errors import ContactEmailTaken, CustomerEmailTaken, ExternalIdTaken, PlaceHalfGiven
from customers.models import Contact, Customer

NO_PHONE = _("This is no phone number. Example: 0117 496 0142")


class CustomerFields(forms.ModelForm):
    """What is typed about a customer."""

    class Meta:
        model = Customer
        fields = [
            "kind", "name", "email", "phone", "street", "postcode", "city", "region", "country",
            "latitude", "longitude", "notes", "external_id",
        ]  # fmt: skip
        widgets = {"notes": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "email": _("Of the company; its people have their own."),
            "country": _("Two letters, such as GB."),
            "latitude": _("Degrees, for the way a technician has to go."),
            "longitude": _("Degrees, negative west of Greenwich."),
            "notes": _("Only staff reads this: parking, opening hours, who to ask for."),
            "external_id": _("When the customer comes from another system."),
        }
        error_messages = {
            "name": {"required": _("Enter a name.")},
            "email": {
                "unique": CustomerEmailTaken.message,
                "invalid": _("Add the missing part: name@example.com"),
            },
            "phone": {"invalid": NO_PHONE},
            "external_id": {"unique": ExternalIdTaken.message},
        }

    def clean_email(self) -> str | None:
        """Compared and stored in lower case."""
        return normalise_email(self.cleaned_data["email"] or "") or None

    def clean_country(self) -> str:
        return self.cleaned_data["country"].upper()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not {"latitude", "longitude"} & set(self.errors) and (
            (data.get("latitude") is None) != (data.get("longitude") is None)
        ):
            self.add_error("latitude", str(PlaceHalfGiven.message))
        return data


class CustomerForm(VersionedFormMixin, CustomerFields):
    """A customer; two editors meet on the conflict page."""


class ContactFields(forms.ModelForm):
    """What is typed about a person of a customer."""

    class Meta:
        model = Contact
        fields = ["name", "job_title", "email", "phone", "is_primary"]
        error_messages = {
            "name": {"required": _("Enter a name.")},
            "email": {
                "unique": ContactEmailTaken.message,
                "invalid": _("Add the missing part: name@example.com"),
            },
            "phone": {"invalid": NO_PHONE},
        }

    def clean_email(self) -> str | None:
        """Compared and stored in lower case."""
        return normalise_email(self.cleaned_data["email"] or "") or None

    def validate_constraints(self) -> None:
        """Nothing: a second main contact is no error, the action moves the mark."""


class ContactForm(VersionedFormMixin, ContactFields):
    """A person; two editors meet on the conflict page."""


class DeleteCustomerForm(forms.Form):
    """The name once more, so that nobody deletes a history by accident."""

    name = forms.CharField(
        label=_("Type the name of the customer"), max_length=200, widget=forms.TextInput
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.customer = customer
        self.fields["name"].widget.attrs["autocomplete"] = "off"

    def clean_name(self) -> str:
        typed = one_line(self.cleaned_data["name"])
        if typed.casefold() != one_line(self.customer.name).casefold():
            raise forms.ValidationError(_("This is not the name of the customer."))
        return typed
