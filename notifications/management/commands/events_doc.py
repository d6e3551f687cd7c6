"""Writes docs/events.md: what can happen, who listens, who is told. --check only compares."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from core.events import EVENTS, SUBSCRIBERS
from notifications.models import Rule

PATH = Path(settings.BASE_DIR) / "docs" / "events.md"
HEAD = """# Events

Written by `./desk manage events_doc` from the code and from the rules a new desk starts with; do
not edit. Every event is a row in `core_eventrecord`: the audit line, the entry in a timeline and
the trigger of what follows. Listeners run in a worker after the commit, at least once.
"""


class Command(BaseCommand):
    help = "Write docs/events.md, or with --check fail when it is not fresh."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        text = document()
        if options["check"]:
            if not PATH.exists() or PATH.read_text(encoding="utf-8") != text:
                raise CommandError("docs/events.md is not fresh: ./desk manage events_doc")
            return
        PATH.parent.mkdir(exist_ok=True)
        PATH.write_text(text, encoding="utf-8")
        self.stdout.write(str(PATH))


def document() -> str:
    """The whole document."""
    told: dict[str, list[Rule]] = {}
    for rule in Rule.objects.order_by("event", "audience"):
        told.setdefault(rule.event, []).append(rule)
    with translation.override("en"):
        return HEAD + "".join(_section(name, told.get(name, [])) for name in sorted(EVENTS))


def _section(name: str, rules: list[Rule]) -> str:
    kind = EVENTS[name]
    lines = [f"\n## {name}\n", f"`{kind.__module__}.{kind.__name__}`: “{kind.sentence}”\n"]
    listeners = sorted(SUBSCRIBERS.get(name, {}))
    lines.append(f"- Listeners: {', '.join(f'`{key}`' for key in listeners) or 'none'}")
    lines += [
        f"- Told: {rule.get_audience_display()} by {', '.join(rule.channels)} "
        f"(`templates/emails/{rule.template}/`)"
        for rule in rules
    ]
    return "\n".join(lines) + "\n"
