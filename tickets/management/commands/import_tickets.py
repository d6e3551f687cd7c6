"""manage.py import_tickets FILE: tickets of another desk, from CSV or XLSX."""

import zoneinfo
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from core.import_command import ImportCommand
from core.imports import Outcome, Row
from tickets.importer import COLUMNS, REQUIRED, Reading, store_row


class Command(ImportCommand):
    """Imports tickets with their requesters and categories."""

    help = (
        "Imports tickets from a CSV or XLSX file, all or nothing unless --skip-bad. A ticket whose "
        "external_id is here already stays as it is, so importing a file again adds nothing. "
        "Nobody is told about imported tickets and nobody is assigned. "
        f"Columns: {', '.join(COLUMNS)}."
    )
    known = COLUMNS
    required = REQUIRED

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--zone", default=settings.TIME_ZONE, help="of times that name none")
        parser.add_argument("--month-first", action="store_true", help="12/31/2026, not 31/12/2026")

    def prepare(self, options: dict[str, Any]) -> None:
        """Settle how dates are read."""
        try:
            zone = zoneinfo.ZoneInfo(options["zone"])
        except (zoneinfo.ZoneInfoNotFoundError, ValueError) as error:
            raise CommandError(f"There is no time zone {options['zone']}.") from error
        self.reading = Reading(zone=zone, month_first=options["month_first"])

    def store(self, row: Row) -> Outcome:
        return store_row(row, reading=self.reading)
