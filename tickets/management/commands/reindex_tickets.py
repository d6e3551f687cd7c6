"""Write the words search reads anew."""

from typing import Any

from django.core.management.base import BaseCommand

from tickets.actions.search import refresh_vocabulary, reindex_tickets


class Command(BaseCommand):
    """For after a load that went past the triggers; otherwise nothing needs it."""

    help = "Writes the words of every ticket and the vocabulary anew."

    def handle(self, *args: Any, **options: Any) -> None:
        tickets, words = reindex_tickets(), refresh_vocabulary()
        self.stdout.write(f"{tickets} tickets, {words} words")
