"""manage.py load_demo: fill an empty desk with a believable company."""

from argparse import ArgumentParser
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from customers.models import Customer
from demo.load import load_demo
from demo.plan import TICKETS_PER_SCALE
from demo.scene import ZONE
from tickets.models import Ticket

MORNING = time(10, 45)


class Command(BaseCommand):
    help = (
        "Loads the demo company: staff, customers, devices and 18 months of tickets, the same "
        "for the same seed, scale and day. Its passwords are public, so outside development it "
        "asks for --force."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is data")
        parser.add_argument(
            "--scale", type=int, default=1, help="times as many customers, devices and tickets"
        )
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--today", type=date.fromisoformat, help="day the story ends (YYYY-MM-DD)"
        )
        parser.add_argument("--force", action="store_true", help="also outside development")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEVELOPMENT or options["force"]):
            raise CommandError(
                "The demo accounts have public passwords. Outside development (DESK_DEV=1) they "
                "are loaded with --force only."
            )
        if not 1 <= options["scale"] <= 5000:
            raise CommandError("--scale must be between 1 and 5000.")
        if Customer.objects.exists() or Ticket.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("There is data already; the demo goes into an empty desk only.")
        with tqdm(
            total=TICKETS_PER_SCALE * options["scale"],
            unit=" tickets",
            disable=None if options["verbosity"] else True,
        ) as bar:
            counts = load_demo(
                now=reference_moment(options["today"]),
                scale=options["scale"],
                seed=options["seed"],
                tell_progress=bar.update,
            )
        if options["verbosity"]:
            words = ", ".join(f"{number} {noun}" for noun, number in counts.items())
            self.stdout.write(f"Demo company loaded: {words}.")


def reference_moment(day: date | None) -> datetime:
    """A quarter to eleven of the day, or now when today is not that far yet."""
    now = timezone.now()
    morning = datetime.combine(day or now.astimezone(ZONE).date(), MORNING, ZONE)
    return min(morning, now)
