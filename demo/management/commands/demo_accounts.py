"""manage.py demo_accounts: the sign-ins of the demo company, one of each role."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import User
from demo.company import ACCOUNTS, PASSWORD


class Command(BaseCommand):
    help = "Prints the demo sign-ins (role, e-mail, password). Nothing when the demo is not loaded."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="as a JSON list")

    def handle(self, *args: Any, **options: Any) -> None:
        there = set(
            User.objects.active()
            .filter(email__in=ACCOUNTS.values())
            .values_list("email", flat=True)
        )
        rows = [
            {"role": role, "email": email, "password": PASSWORD}
            for role, email in ACCOUNTS.items()
            if email in there
        ]
        if options["json"]:
            self.stdout.write(json.dumps(rows))
        elif not rows:
            self.stdout.write("The demo company is not loaded: no demo sign-ins.")
        else:
            self.stdout.write("Demo sign-ins:")
            for row in rows:
                self.stdout.write(f"  {row['role']:<11} {row['email']:<40} {row['password']}")
