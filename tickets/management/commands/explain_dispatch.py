"""manage.py explain_dispatch SD-000123 [--json]: the whole ranking, and why."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from technicians.ranking import Candidate, Ranking
from tickets.actions import propose
from tickets.models import Ticket


class Command(BaseCommand):
    """Ranks everybody for a ticket as of now and prints each part; writes nothing."""

    help = (
        "Ranks every technician for a ticket as of now: all parts of each score in numbers and "
        "words, and the reason of everybody who cannot. Changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ticket", help="its number: SD-000123, or 123")
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        ticket = self._find(options["ticket"])
        ranking = propose(ticket, depth=None)
        if options["json"]:
            self.stdout.write(json.dumps(ranking.to_json(), ensure_ascii=False, indent=2))
        else:
            self._tell(ticket, ranking)

    def _find(self, number: str) -> Ticket:
        digits = number.upper().removeprefix("SD-")
        if not digits.isdecimal():
            raise CommandError(f"{number} is no ticket number such as SD-000123.")
        tickets = Ticket.objects.select_related("category", "customer", "requester__user")
        try:
            return tickets.get(pk=int(digits))
        except (Ticket.DoesNotExist, OverflowError) as error:
            raise CommandError(f"There is no ticket {number}.") from error

    def _tell(self, ticket: Ticket, ranking: Ranking) -> None:
        self.stdout.write(f"{ticket.reference} {ticket.subject}")
        self.stdout.write(f"\nCan take it: {len(ranking.candidates)}")
        for place, one in enumerate(ranking.candidates, start=1):
            self._tell_one(place, one)
        self.stdout.write(f"\nCannot: {len(ranking.excluded)}")
        for out in ranking.excluded:
            self.stdout.write(f"  {out.name} (id {out.technician_id}): {out.reason}")

    def _tell_one(self, place: int, one: Candidate) -> None:
        self.stdout.write(f"{place:4}. {one.score:5.1f} {one.name} (id {one.technician_id})")
        for part in one.components.values():
            points = f"{part.points:5.1f} of {part.of:3}"
            self.stdout.write(f"      {points}  {part.title}: {part.words}")
