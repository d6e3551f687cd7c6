"""Forms of devices and products."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.conflicts import VersionedFormMixin
from core.text import one_line
from core.text import serial_key as key_of
from devices.errors import ExternalIdTaken, SerialMissing, WarrantyBeforePurchase
from devices.models import Device, Product

SERIAL_HINT = _("On the label at the back or under the device, often marked S/N.")
SUGGESTED_PRODUCTS = 500


class DateInput(forms.DateInput):
    """The browser's own calendar; it speaks ISO dates whatever the language."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class DeviceFields(forms.ModelForm):
    """What is typed about a device."""

    class Meta:
        model = Device
        fields = [
            "serial", "product", "status", "location", "purchased_on", "warranty_until_on", "notes",
            "external_id",
        ]  # fmt: skip
        widgets = {
            "serial": forms.TextInput(
                attrs={"class": "mono", "autocomplete": "off", "spellcheck": "false"}
            ),
            "purchased_on": DateInput(),
            "warranty_until_on": DateInput(),
            "notes": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "serial": SERIAL_HINT,
            "notes": _("Only staff reads this."),
            "external_id": _("When the device comes from another system."),
        }
        labels = {"external_id": _("Number in another system")}
        error_messages = {
            "serial": {"required": SerialMissing.message},
            "product": {"required": _("Choose the product. A new one is added under Products.")},
            "external_id": {"unique": ExternalIdTaken.message},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].empty_label = _("Choose a product")

    def clean_serial(self) -> str:
        if not key_of(self.cleaned_data["serial"]):
            raise forms.ValidationError(SerialMissing.message)
        return self.cleaned_data["serial"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        bought, until = data.get("purchased_on"), data.get("warranty_until_on")
        if bought and until and until < bought:
            self.add_error("warranty_until_on", str(WarrantyBeforePurchase.message))
        return data

    def validate_constraints(self) -> None:
        """Nothing: the action says it in kinder words, and the database has the last one."""


class DeviceForm(VersionedFormMixin, DeviceFields):
    """A device; two editors meet on the conflict page."""


class ProductForm(forms.ModelForm):
    """A model a device can be."""

    class Meta:
        model = Product
        fields = ["kind", "brand", "model"]

    def clean(self) -> dict[str, Any]:
        """One line each; the same product in other letters is the same product."""
        data = super().clean() or self.cleaned_data
        for name in ("brand", "model"):
            data[name] = one_line(data.get(name) or "")
        same = Product.objects.filter(brand__iexact=data["brand"], model__iexact=data["model"])
        if data["brand"] and data["model"] and same.exclude(pk=self.instance.pk).exists():
            self.add_error("model", _("This product is in the list already."))
        return data

    def validate_constraints(self) -> None:
        """Nothing more than clean() says in kinder words."""


class RegisterForm(forms.Form):
    """What a customer says about a device of theirs."""

    serial = forms.CharField(
        label=_("Serial number"),
        help_text=SERIAL_HINT,
        max_length=100,
        widget=forms.TextInput(
            attrs={"class": "mono", "autocomplete": "off", "spellcheck": "false"}
        ),
        error_messages={"required": SerialMissing.message},
    )
    product = forms.CharField(
        label=_("Brand and model"),
        help_text=_("Choose from the list, or type it, for example Kestrel LaserPro 420."),
        max_length=201,
        widget=forms.TextInput(attrs={"list": "products", "autocomplete": "off"}),
        error_messages={"required": _("Say which device it is: brand and model.")},
    )
    location = forms.CharField(
        label=_("Room or desk"),
        help_text=_("So that we find it when we come."),
        max_length=200,
        required=False,
    )
    purchased_on = forms.DateField(label=_("Bought on"), required=False, widget=DateInput())

    @property
    def suggestions(self) -> list[Product]:
        """Products to choose from, without asking for more than a browser likes to list."""
        return list(Product.objects.all()[:SUGGESTED_PRODUCTS])

    def clean_product(self) -> tuple[str, str]:
        """(brand, model): as in the catalogue, else the first word is the brand."""
        typed = one_line(self.cleaned_data["product"])
        for brand, model in _splits(typed):
            if Product.objects.filter(brand__iexact=brand, model__iexact=model).exists():
                return brand, model
        brand, _space, model = typed.partition(" ")
        if not model:
            raise forms.ValidationError(_("Write brand and model, for example Kestrel LaserPro."))
        return brand, model


def _splits(typed: str) -> list[tuple[str, str]]:
    """Every way to divide the words into a brand and a model."""
    words = typed.split(" ")[:8]
    rest = typed.split(" ")[8:]
    return [(" ".join(words[:at]), " ".join(words[at:] + rest)) for at in range(1, len(words))]
