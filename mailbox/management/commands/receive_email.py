"""Reads mails and says in JSON what each of them is."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mailbox.parsing.message import MAX_RAW_BYTES
from mailbox.reading import report


class Command(BaseCommand):
    help = (
        "Reads one raw RFC 5322 message from standard input, or every file of a folder, and prints "
        "a line of JSON for each. Incoming mail is not stored yet, so --dry-run must be given."
    )
    requires_migrations_checks = False
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="store nothing")
        parser.add_argument("--batch", metavar="DIR", type=Path, help="every file below DIR")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not options["dry_run"]:
            raise CommandError("Incoming mail is not stored yet. Use --dry-run to see what it is.")
        for line in self._lines(options["batch"]):
            self.stdout.write(json.dumps(line, ensure_ascii=False))

    def _lines(self, folder: Path | None) -> Iterator[dict[str, Any]]:
        if folder is None:
            yield report(sys.stdin.buffer.read(MAX_RAW_BYTES + 1))
            return
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder.")
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = str(path.relative_to(folder))
            try:
                with path.open("rb") as file:
                    raw = file.read(MAX_RAW_BYTES + 1)
            except OSError as error:
                yield {"file": name, "fate": "quarantined", "steps": [f"file: {error.strerror}"]}
                continue
            yield {"file": name, **report(raw)}
