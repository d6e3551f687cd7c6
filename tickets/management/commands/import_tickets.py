"""manage.py import_tickets: tickets of another desk, from CSV or XLSX."""

import zoneinfo
from argparse import ArgumentParser
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from core.imports import ImportRefused, Report, import_rows, read_mapping, read_rows
from tickets.importer import COLUMNS, REQUIRED, Reading, store_row

SHOWN_ERRORS = 50


class Command(BaseCommand):
    help = (
        "Imports tickets from a CSV or XLSX file: all rows or none, unless --skip-bad. Importing "
        "a file again adds nothing. Nobody is told about imported tickets and nobody is assigned. "
        f"Columns: {', '.join(COLUMNS)}."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument(
            "--dry-run", action="store_true", help="check everything, store nothing"
        )
        parser.add_argument("--skip-bad", action="store_true", help="store the good rows")
        parser.add_argument("--mapping", default="", help='JSON file: {"our_name": "Their column"}')
        parser.add_argument("--map", action="append", default=[], metavar="our_name=Their column")
        parser.add_argument("--encoding", default="", help="default: UTF-8, else cp1252")
        parser.add_argument("--delimiter", default="", help="default: the one of the head line")
        parser.add_argument("--zone", default=settings.TIME_ZONE, help="of times that name none")
        parser.add_argument("--month-first", action="store_true", help="12/31/2026, not 31/12/2026")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            zone = zoneinfo.ZoneInfo(options["zone"])
        except (zoneinfo.ZoneInfoNotFoundError, ValueError) as error:
            raise CommandError(f"There is no time zone {options['zone']}.") from error
        reading = Reading(zone=zone, month_first=options["month_first"])
        try:
            rows = read_rows(
                options["file"],
                known=COLUMNS,
                required=REQUIRED,
                mapping=read_mapping(options["map"], options["mapping"]),
                encoding=options["encoding"],
                delimiter=options["delimiter"],
            )
            quiet = None if options["verbosity"] else True  # None: only on a terminal
            with tqdm(rows, unit=" rows", disable=quiet) as bar:
                report = import_rows(
                    bar,
                    partial(store_row, reading=reading),
                    key="external_id",
                    dry_run=options["dry_run"],
                    skip_bad=options["skip_bad"],
                )
        except ImportRefused as error:
            raise CommandError(str(error)) from error
        self._tell(report, options)

    def _tell(self, report: Report, options: dict[str, Any]) -> None:
        for error in report.errors[:SHOWN_ERRORS]:
            self.stderr.write(str(error))
        if report.bad > SHOWN_ERRORS:
            self.stderr.write(f"… and {report.bad - SHOWN_ERRORS} rows more")
        if options["verbosity"]:
            self.stdout.write(str(report))
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was stored.")
        if report.bad and not options["skip_bad"]:
            raise CommandError("Nothing was stored, because of the rows above. See --skip-bad.")
