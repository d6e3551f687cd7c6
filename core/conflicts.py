"""Two people, one record: the second saver loses nothing.

An edit form carries the version it was opened with and the values it showed then. When the
stored version is newer, only fields that both sides changed differently are a conflict; the
rest is merged. The page shows both versions beside each other, with what was typed kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core import signing
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.checks import field_of

SALT = "core.conflicts"


@dataclass(frozen=True)
class Conflict:
    """One field two people changed differently; texts as a person reads them."""

    name: str
    label: str
    mine: str
    theirs: str


def snapshot(instance: models.Model, fields: Iterable[str]) -> dict[str, Any]:
    """Values of the fields as plain JSON (foreign keys as ids, others as text or number)."""
    values = {}
    for name in fields:
        value = getattr(instance, field_of(instance, name).attname)
        plain = value is None or isinstance(value, int | float | bool)
        values[name] = value if plain else str(value)
    return values


def _plain(value: Any) -> Any:
    """A cleaned form value in the shape of snapshot()."""
    if isinstance(value, models.Model):
        return value.pk
    if value is None or isinstance(value, int | float | bool):
        return value
    return str(value)


class VersionedFormMixin(forms.Form):
    """Adds the hidden opening state to a ModelForm over a core.models.Versioned record.

    `versioned_fields` (default: Meta.fields) are watched. After is_valid(), `stale_conflicts`
    lists the Conflicts; when it is empty, `merged_data` maps each field to the value to store:
    mine where I changed it, theirs elsewhere. The signature stops a forged opening state.
    On the conflict page a person chooses per field: keep_<name> = "theirs" drops their own.
    """

    opened = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        instance = self.instance  # type: ignore[attr-defined]
        self.watched = [name for name in self._meta.fields if name in self.fields]  # type: ignore[attr-defined]
        self.stored = snapshot(instance, self.watched) if instance.pk else {}
        self.stored_version = instance.version if instance.pk else 0
        self.fields["opened"].initial = opening_state(instance, self.watched) if instance.pk else ""
        self.stale_conflicts: list[Conflict] = []
        self.merged_data: dict[str, Any] = {}

    def clean(self) -> dict[str, Any]:
        """Compare opening, typed and stored values; fills stale_conflicts and merged_data."""
        data = super().clean() or self.cleaned_data
        opened = read_opening_state(data.get("opened", ""))
        for name in self.watched:
            if name not in data or self.data.get(f"keep_{name}") == "theirs":
                continue
            mine, theirs = _plain(data[name]), self.stored.get(name)
            base = opened["values"].get(name, theirs) if opened else theirs
            i_changed, they_changed = _differs(mine, base), _differs(theirs, base)
            if i_changed and they_changed and _differs(mine, theirs):
                self.stale_conflicts.append(self._conflict(name, data[name]))
            self.merged_data[name] = data[name] if i_changed or not opened else _KEEP
        self.merged_data = {k: v for k, v in self.merged_data.items() if v is not _KEEP}
        return data

    def _conflict(self, name: str, typed: Any) -> Conflict:
        # ModelForm fills self.instance with what was typed: what is stored is read again.
        instance = self._meta.model.objects.get(pk=self.instance.pk)  # type: ignore[attr-defined]
        return Conflict(
            name=name,
            label=str(self.fields[name].label),
            mine=_words(self.fields[name], typed),
            theirs=_words(self.fields[name], getattr(instance, name)),
        )


_KEEP = object()


def _differs(one: Any, other: Any) -> bool:
    """Whether two plain values differ; None and empty text are the same to a person."""
    return (one if one is not None else "") != (other if other is not None else "")


def _words(field: forms.Field, value: Any) -> str:
    choices = getattr(field, "choices", None)
    if choices is not None and not isinstance(value, models.Model):
        for key, label in choices:
            if str(key) == str(value):
                return str(label)
    return "" if value is None else str(value)


def conflict_page(request: HttpRequest, form: Any, *, cancel_url: str) -> HttpResponse:
    """409 with both versions side by side; what was typed travels along, hidden."""
    # The form has put what was typed into its own instance.
    stored = form.instance.__class__.objects.get(pk=form.instance.pk)
    fresh = opening_state(stored, form.watched)
    return render(
        request,
        "conflict.html",
        {
            "form": form,
            "conflicts": form.stale_conflicts,
            "opened": fresh,
            "record": stored,
            "cancel_url": cancel_url,
        },
        status=409,
    )


def opening_state(instance: models.Model, fields: Iterable[str]) -> str:
    """Signed text of version and values, for the hidden field."""
    return (
        signing.dumps(
            {"version": instance.version, "values": snapshot(instance, fields)},  # type: ignore[attr-defined]
            salt=f"{SALT}.{instance._meta.label_lower}.{instance.pk}",
            compress=True,
        )
        + f"~{instance._meta.label_lower}~{instance.pk}"
    )


def read_opening_state(text: str) -> Mapping[str, Any] | None:
    """What opening_state() packed, or None when missing or forged."""
    try:
        packed, label, pk = text.rsplit("~", 2)
        return signing.loads(packed, salt=f"{SALT}.{label}.{pk}")
    except (ValueError, signing.BadSignature):
        return None
