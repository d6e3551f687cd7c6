"""Imports in the administration: django-import-export's pages around the engine of imports.py.

The first page reads the file and shows what would happen, the second one does it. A mapping names
the columns of other systems. An app gives its columns and the function that stores a row.
"""

import io
import json
from collections.abc import Mapping
from typing import Any, ClassVar

import tablib
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.html import escape, format_html
from django.utils.translation import gettext_lazy as _
from import_export import admin as pages
from import_export.fields import Field
from import_export.formats.base_formats import Format
from import_export.forms import ConfirmImportForm, ImportForm
from import_export.resources import ModelResource
from import_export.results import RowResult

from core.errors import RuleError
from core.imports import ImportRefused, Outcome, Row, RowError, read_lines

KINDS = {
    Outcome.CREATED: RowResult.IMPORT_TYPE_NEW,
    Outcome.UPDATED: RowResult.IMPORT_TYPE_UPDATE,
    Outcome.UNCHANGED: RowResult.IMPORT_TYPE_SKIP,
}
SHOWN_CHARACTERS = 200
MAX_ROWS = 20_000  # the whole file is in memory here; more goes through the command


class TableFormat(Format):
    """CSV or XLSX; encoding and delimiter are found out."""

    def __init__(self, encoding: str | None = None) -> None:
        self.encoding = encoding

    def get_title(self) -> Any:
        return _("CSV or XLSX")

    def get_extension(self) -> str:
        return "csv"

    def can_import(self) -> bool:
        return True

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        """All rows as text, each as long as the head line."""
        dataset = tablib.Dataset()
        for _number, cells in read_lines(io.BytesIO(in_stream)):
            if dataset.headers is None:
                dataset.headers = [cell.strip() for cell in cells]
            elif any(cells):
                width = len(dataset.headers)
                dataset.append((cells + [""] * width)[:width])
        return dataset


def clean_mapping(text: str) -> dict[str, str]:
    """our name -> their column, from JSON. Raises ValidationError."""
    try:
        found = json.loads(text or "{}")
    except ValueError as error:
        raise ValidationError(_("This is no JSON: %s") % error) from error
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise ValidationError(_('Write an object such as {"name": "Company"}.'))
    return found


class MappedImportForm(ImportForm):
    """The file, and which of its columns is which of ours."""

    mapping = forms.CharField(
        label=_("Columns of the file"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60}),
        help_text=_(
            'Only when they have other names than ours: {"our_name": "Their column"}, as JSON.'
        ),
    )

    def clean_mapping(self) -> str:
        clean_mapping(self.cleaned_data["mapping"])
        return self.cleaned_data["mapping"]


class MappedConfirmForm(ConfirmImportForm):
    """Carries the mapping from the preview to the import."""

    mapping = forms.CharField(required=False, widget=forms.HiddenInput)


class RowResource(ModelResource):
    """A resource whose rows go through store() and so through the app's actions.

    columns: our names, the first is the id of the other system. previewed: those the preview
    shows; all without it.
    """

    columns: ClassVar[tuple[str, ...]]
    previewed: ClassVar[tuple[str, ...]] = ()

    def __init__(self, mapping: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.mapping = dict(mapping or {})

    def store(self, row: Row, *, actor: Any) -> Outcome:
        """Store one row. Raises RowError, RuleError or ValidationError."""
        raise NotImplementedError

    def get_user_visible_fields(self) -> list[Field]:
        return [Field(attribute=name, column_name=name) for name in self.columns]

    def get_diff_headers(self) -> list[str]:
        return list(self.previewed or self.columns)

    def _check_import_id_fields(self, headers: list[str]) -> None:
        """The columns are checked by before_import(), which knows the mapping."""

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        """Give the columns our names. Raises ImportRefused for a file we cannot use."""
        if len(dataset) > MAX_ROWS:
            raise ImportRefused(_("At most %s rows here. Use the command.") % MAX_ROWS)
        theirs = {column.casefold(): name for name, column in self.mapping.items()}
        ours = {name.casefold(): name for name in self.columns}
        heads = [head.casefold() for head in dataset.headers or []]
        for name, column in self.mapping.items():
            if name not in self.columns:
                raise ImportRefused(_("There is nothing called %s.") % name)
            if column.casefold() not in heads:
                raise ImportRefused(_("The file has no column “%s”.") % column)
        dataset.headers = [theirs.get(head) or ours.get(head) or head for head in heads]
        if self.columns[0] not in dataset.headers:
            raise ImportRefused(_("The file has no column “%s”.") % self.columns[0])

    def import_row(self, row: dict[str, str], instance_loader: Any, **kwargs: Any) -> RowResult:
        result = self.get_row_result_class()()
        values = {name: (row.get(name) or "").strip() for name in self.columns}
        result.row_values = result.diff = None
        result.object_repr = values[self.columns[0]]
        result.diff = [_short(values[name]) for name in self.get_diff_headers()]
        try:
            if any("\x00" in text for text in values.values()):
                raise RowError(_("The text contains a NUL byte."))
            with transaction.atomic():
                outcome = self.store(Row(kwargs["row_number"] + 1, values), actor=kwargs["user"])
            result.import_type = KINDS[outcome]
        except (RowError, RuleError) as error:
            result.import_type = RowResult.IMPORT_TYPE_INVALID
            words = f"{error.field}: {error.message}" if error.field else str(error.message)
            result.validation_error = ValidationError(escape(words))
        except ValidationError as error:
            result.import_type = RowResult.IMPORT_TYPE_INVALID
            result.validation_error = error
        return result


def _short(text: str) -> str:
    """A cell of the preview, safe to show."""
    cut = text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"
    return format_html("{}", cut)


class RowImportMixin(pages.ImportMixin):
    """For an admin class: the import pages with a mapping. All rows are stored or none."""

    import_form_class = MappedImportForm
    confirm_form_class = MappedConfirmForm
    skip_admin_log = True  # the actions record who did it

    def get_import_formats(self) -> list[type[Format]]:
        return [TableFormat]

    def has_import_permission(self, request: HttpRequest) -> bool:
        opts = self.model._meta
        return request.user.has_perm(f"{opts.app_label}.add_{opts.model_name}")

    def get_confirm_form_initial(self, request: HttpRequest, import_form: Any) -> dict[str, Any]:
        initial = super().get_confirm_form_initial(request, import_form)
        if import_form:
            initial["mapping"] = import_form.cleaned_data["mapping"]
        return initial

    def get_import_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.get("form")
        cleaned = getattr(form, "cleaned_data", None) or {}
        return {"mapping": clean_mapping(cleaned.get("mapping", ""))}

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_import_data_kwargs(**kwargs),
            "use_transactions": True,
            "rollback_on_validation_errors": True,
        }
