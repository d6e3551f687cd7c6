"""What import_customers, import_tickets and the like share."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from core.imports import (
    ImportRefused,
    Outcome,
    Report,
    Row,
    import_rows,
    read_mapping,
    read_rows,
)


class ImportCommand(BaseCommand):
    """Imports a CSV or XLSX file. A subclass names the columns and stores one row.

    known, required: our names of columns. key: column that must not repeat.
    """

    known: ClassVar[tuple[str, ...]]
    required: ClassVar[tuple[str, ...]]
    key: ClassVar[str] = "external_id"

    def store(self, row: Row) -> Outcome:
        """Create or update one record; raises RowError or RuleError."""
        raise NotImplementedError

    def prepare(self, options: dict[str, Any]) -> None:
        """Look at own options before the first row."""

    def add_arguments(self, parser: CommandParser) -> None:
        """The options every import has."""
        parser.add_argument("file", help="CSV or XLSX file; the first line names the columns")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")
        parser.add_argument(
            "--skip-bad", action="store_true", help="store the good rows although others are bad"
        )
        parser.add_argument("--mapping", default="", help='JSON file: {"our name": "Their column"}')
        parser.add_argument(
            "--map", action="append", default=[], metavar="OUR=THEIR", help="one column; repeatable"
        )
        parser.add_argument("--encoding", default="", help="found out when not given")
        parser.add_argument("--delimiter", default="", help="found out when not given")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import; a refused file or, without --skip-bad, a refused row ends with an error."""
        self.prepare(options)
        try:
            rows = read_rows(
                options["file"],
                known=self.known,
                required=self.required,
                mapping=read_mapping(options["map"], options["mapping"]),
                encoding=options["encoding"],
                delimiter=options["delimiter"],
            )
            report = import_rows(
                _with_progress(rows, hidden=options["verbosity"] < 1),
                self.store,
                key=self.key,
                dry_run=options["dry_run"],
                skip_bad=options["skip_bad"],
            )
        except ImportRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self._tell(report, Path(options["file"]).name, options)

    def _tell(self, report: Report, name: str, options: dict[str, Any]) -> None:
        for error in report.errors:
            self.stderr.write(str(error))
        if report.bad > len(report.errors):
            self.stderr.write(f"… and {report.bad - len(report.errors)} more")
        self.stdout.write(f"{name}: {report}")
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was stored.")
        elif not report.is_stored:
            raise CommandError("Nothing was stored. Mend the file, or leave them out: --skip-bad")


def _with_progress(rows: Iterable[Row], *, hidden: bool) -> Iterator[Row]:
    # disable=None: no bar where nobody watches (a pipe, cron).
    yield from tqdm(rows, unit=" rows", disable=True if hidden else None, mininterval=0.5)
