"""Import and export of customers in the administration (django-import-export)."""

from typing import Any

from django.core.exceptions import ValidationError
from import_export import resources

from core.errors import RuleError
from core.imports import MAX_CELL_CHARACTERS, MAX_COLUMNS, Row, RowError
from customers.importing import FIELDS, store_customer
from customers.models import Customer

MAX_ROWS = 20_000  # the whole file is in memory here; more goes through import_customers


class CustomerResource(resources.ModelResource):
    """The columns of import_customers; rows are stored by the same function."""

    class Meta:
        model = Customer
        fields = FIELDS
        export_order = FIELDS
        import_id_fields = ("external_id",)
        skip_unchanged = True
        report_skipped = True
        use_transactions = True
        clean_model_instances = False

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Refuse a file that is too large, or that has a column twice."""
        headers = [header for header in dataset.headers or [] if header]
        if len(headers) > MAX_COLUMNS or len(dataset) > MAX_ROWS:
            raise ValidationError(
                f"At most {MAX_COLUMNS} columns and {MAX_ROWS} rows. Use import_customers."
            )
        if len(set(headers)) != len(headers):
            raise ValidationError("A column is there twice.")
        keys = [key for key in dataset["external_id"] if key] if "external_id" in headers else []
        if len(set(keys)) != len(keys):
            raise ValidationError("An external_id is there twice.")

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        """Text as typed, without what PostgreSQL cannot store."""
        for name, value in row.items():
            text = "" if value is None else str(value).strip()
            if "\x00" in text or len(text) > MAX_CELL_CHARACTERS:
                raise ValidationError({name: "The text is too long or contains a NUL byte."})
            row[name] = text

    def save_instance(
        self, instance: Customer, is_create: bool, row: dict[str, Any], **kwargs: Any
    ) -> None:
        """Through the actions: the same rules and the same events as everywhere."""
        values = {name: row[name] for name in FIELDS if name in row}
        try:
            store_customer(Row(kwargs.get("row_number") or 0, values), actor=kwargs.get("user"))
        except RuleError as error:
            raise ValidationError({error.field or "__all__": str(error.message)}) from error
        except RowError as error:
            raise ValidationError({error.field or "__all__": error.message}) from error
        instance.pk = self._stored_pk(row)

    def _stored_pk(self, row: dict[str, Any]) -> int | None:
        """Key of the row just stored, for the log of the administration."""
        found = Customer.objects.filter(external_id=row.get("external_id") or None)
        if not row.get("external_id"):
            found = Customer.objects.filter(email=(row.get("email") or "").lower() or None)
        return found.order_by("-pk").values_list("pk", flat=True).first()
