"""manage.py check_files: compare every stored file with its row, and say what is wrong."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from attachments import checking
from attachments.models import StoredFile


class Command(BaseCommand):
    help = "Check every stored file: there and undamaged? Lists those that are not; fails if any."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--remove-orphans",
            action="store_true",
            help="also remove bytes older than a day that no row knows",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        after: int | None = 0
        while after is not None:
            after = checking.check_batch(after)
        if options["remove_orphans"]:
            self.stdout.write(f"{checking.remove_orphans()} files without a row removed")
        else:
            self.stdout.write(f"{sum(1 for _ in checking.orphans())} files without a row")
        wrong = StoredFile.objects.exclude(problem="").order_by("pk")
        for stored in wrong.iterator():
            self.stdout.write(f"{stored.problem} {stored.pk} {stored.file.name} {stored.name}")
        if count := wrong.count():
            raise CommandError(f"{count} files are missing or damaged; restore them from a backup")
