"""Inputs of custom fields, for every form that takes them."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.prepared import Prepared
from core.text import is_key, one_line
from tickets.custom import NO, YES, Value, as_typed, clean_value
from tickets.errors import CustomValueRefused, LabelTaken
from tickets.models import CustomField, FieldKind


class CustomInput(forms.Field):
    """One custom field. What it takes is decided by tickets.custom, as everywhere."""

    def __init__(self, field: CustomField, value: Value | None = None) -> None:
        self.custom, self.kept = field, value
        super().__init__(
            label=field.label,
            required=False,
            initial=as_typed(value),
            widget=_widget(field, value),
        )

    def clean(self, value: Any) -> Value | None:
        """The value as JSON."""
        try:
            return clean_value(self.custom, value, kept=self.kept)
        except CustomValueRefused as error:
            raise ValidationError(str(error.message)) from error


def _widget(field: CustomField, value: Value | None) -> forms.Widget:
    nothing = ("", _("Not set"))
    if field.kind == FieldKind.CHOICE:
        words = [*field.choices]
        if isinstance(value, str) and value not in words:
            words.append(value)  # offered no more, but still what the ticket holds
        return forms.Select(choices=[nothing, *((word, word) for word in words)])
    if field.kind == FieldKind.YES_NO:
        return forms.Select(choices=[nothing, (YES, _("Yes")), (NO, _("No"))])
    if field.kind == FieldKind.DATE:
        return forms.DateInput(attrs={"type": "date"})
    if field.kind == FieldKind.NUMBER:
        return forms.TextInput(attrs={"inputmode": "decimal"})
    return forms.TextInput()


NO_CATEGORY = 0  # no key of any
_FIELDS = Prepared(lambda pk: CustomField.objects.of_category(pk))
_PUBLIC = Prepared(lambda pk: CustomField.objects.of_category(pk).filter(is_public=True))


class CustomInputs(forms.Form):
    """A form with inputs of custom fields; `custom_values` holds what was typed, by key."""

    def add_inputs(
        self, custom: Iterable[CustomField], values: Mapping[str, Value] | None = None
    ) -> None:
        """Add the inputs, filled with these values."""
        for field in custom:
            value = (values or {}).get(field.key)
            self.fields[field.input_name] = CustomInput(field, value)

    def add_inputs_of(self, category: Any, *, for_customers: bool = False) -> None:
        """Add what tickets of this category have; category: a key as typed, or nothing."""
        known = str(category or "")
        fields = _PUBLIC if for_customers else _FIELDS
        self.add_inputs(fields.rows(int(known) if is_key(known) else NO_CATEGORY))

    @property
    def custom_inputs(self) -> list[forms.BoundField]:
        """For the template."""
        return [self[name] for name, field in self.fields.items() if isinstance(field, CustomInput)]

    @property
    def custom_values(self) -> dict[str, Value | None]:
        """What was typed, by key of the field."""
        inputs = {
            name: field for name, field in self.fields.items() if isinstance(field, CustomInput)
        }
        return {field.custom.key: self.cleaned_data.get(name) for name, field in inputs.items()}


class ValuesForm(CustomInputs):
    """The custom fields of one ticket; seen: what the page showed, so that others lose nothing."""

    seen = forms.JSONField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, custom: Iterable[CustomField], values: Mapping[str, Value], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        custom = list(custom)
        self.add_inputs(custom, values)
        self.shown = json.dumps({f.key: values[f.key] for f in custom if f.key in values})

    def clean_seen(self) -> dict[str, Any]:
        """An object, whatever was sent."""
        seen = self.cleaned_data["seen"]
        return seen if isinstance(seen, dict) else {}


class CustomFieldForm(forms.ModelForm):
    """A field of tickets. Its kind is chosen once: stored values are of that kind."""

    choices = forms.CharField(
        label=_("Choices"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line; only for a choice."),
    )

    class Meta:
        model = CustomField
        fields = [
            "label", "kind", "choices", "categories", "is_required", "is_public", "is_active",
        ]  # fmt: skip
        widgets = {"categories": forms.CheckboxSelectMultiple}
        help_texts = {"categories": _("None ticked: every category.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["kind"]
        self.initial["choices"] = "\n".join(self.instance.choices)

    def clean_label(self) -> str:
        label = one_line(self.cleaned_data["label"])
        others = CustomField.objects.exclude(pk=self.instance.pk)
        if others.filter(label__iexact=label).exists():  # the database holds it, too
            raise ValidationError(str(LabelTaken.message))
        return label

    def clean_choices(self) -> list[str]:
        lines = [one_line(line) for line in self.cleaned_data["choices"].splitlines()]
        words = list(dict.fromkeys(line for line in lines if line))
        if any(len(word) > 100 for word in words):
            raise ValidationError(_("Use 100 letters at most for each."))
        if len(words) > 100:
            raise ValidationError(_("Up to 100 choices."))
        return words

    def clean(self) -> dict[str, Any]:
        """Choices belong to a choice, and to nothing else."""
        data = super().clean() or self.cleaned_data
        kind = data.get("kind", self.instance.kind)
        if kind == FieldKind.CHOICE and not data.get("choices") and "choices" not in self.errors:
            self.add_error("choices", _("Write at least one choice."))
        if kind != FieldKind.CHOICE:
            data["choices"] = []
        return data
