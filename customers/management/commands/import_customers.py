"""manage.py import_customers FILE: customers of another system, again and again."""

from core.import_command import ImportCommand
from core.imports import Outcome, Row
from customers.importing import CONTACT_FIELDS, FIELDS, store_customer


class Command(ImportCommand):
    """Imports customers with, if the file has it, one contact each."""

    help = (
        "Imports customers from a CSV or XLSX file, all or nothing unless --skip-bad. "
        "Columns: " + ", ".join((*FIELDS, *CONTACT_FIELDS)) + ". Run again, it updates what "
        "changed: rows are recognised by external_id, else by e-mail."
    )
    known = (*FIELDS, *CONTACT_FIELDS)
    required = ("name",)

    def store(self, row: Row) -> Outcome:
        return store_customer(row)
