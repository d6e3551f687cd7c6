"""Takes in mails and says in JSON what became of each."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mailbox.actions import receive
from mailbox.addressing import mailbox_for
from mailbox.models import Mailbox
from mailbox.parsing.headers import split_head
from mailbox.parsing.message import MAX_RAW_BYTES
from mailbox.reading import report

LONGEST_HEAD = 1_000_000  # looked through for the mailbox


class Command(BaseCommand):
    help = (
        "Takes in one raw RFC 5322 message from standard input, or every file of a folder, and "
        "prints a line of JSON for each. What fails waits in quarantine; nothing stops at it."
    )
    requires_migrations_checks = False
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="store nothing")
        parser.add_argument("--batch", metavar="DIR", type=Path, help="every file below DIR")
        parser.add_argument(
            "--mailbox", metavar="ADDRESS", help="where it came to; else its header says"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        self.box = self._named(options["mailbox"])
        take = report if options["dry_run"] else self._taken
        for name, raw in self._mails(options["batch"]):
            found = raw if isinstance(raw, dict) else take(raw)
            line = {"file": name, **found} if name else found
            self.stdout.write(json.dumps(line, ensure_ascii=False))

    def _named(self, address: str | None) -> Mailbox | None:
        if address is None:
            return None
        box = Mailbox.objects.filter(address__iexact=address, is_active=True).first()
        if box is None:
            raise CommandError(f"There is no mailbox {address}.")
        return box

    def _mails(self, folder: Path | None) -> Iterator[tuple[str, bytes | dict[str, Any]]]:
        """(name of the file, its bytes or what is wrong with it)."""
        if folder is None:
            yield "", sys.stdin.buffer.read(MAX_RAW_BYTES + 1)
            return
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder.")
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = str(path.relative_to(folder))
            try:
                with path.open("rb") as file:
                    yield name, file.read(MAX_RAW_BYTES + 1)
            except OSError as error:
                yield name, {"fate": "quarantined", "steps": [f"file: {error.strerror}"]}

    def _taken(self, raw: bytes) -> dict[str, Any]:
        """Stored, with its fate; what it says is said as a dry run says it."""
        box = self.box or mailbox_for(split_head(raw, 0, min(len(raw), LONGEST_HEAD))[0])
        row, is_new = receive(box, raw)
        steps = [f"mailbox: {box.address}", *row.steps]
        if not is_new:
            steps.append("duplicate: it came before, nothing was done")
        return {
            **report(raw),
            "fate": row.fate,
            "ticket": row.ticket.reference if row.ticket else None,
            "message_id": row.header_id,
            "reason": row.reason,
            "steps": steps,
        }
