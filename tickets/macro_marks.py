"""The kinds of steps that find a ticket again: tags, and a moment to see it again."""

from datetime import datetime
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tickets import permissions
from tickets.actions.snoozing import snooze_ticket
from tickets.actions.tags import change_tags
from tickets.macro_kind import OFFERED, Choices, Kind, Run, StepRefused, by_key
from tickets.models import Status, Tag, Ticket
from tickets.snooze_choices import CHOICES, moment_of_choice


class _OneTag(Kind):
    """value: key of a tag."""

    icon, is_once = "tag", False

    def options(self, user: Any) -> Choices:
        return [(str(tag.pk), tag.name) for tag in Tag.objects.all()[:OFFERED]]

    def target(self, value: str, user: Any) -> Tag:
        found: Tag | None = by_key(Tag.objects.all(), value)
        if found is None:
            raise StepRefused(_("This tag is gone."))
        return found

    def allowed(self, user: Any, ticket: Ticket, target: Tag) -> bool:
        return permissions.can_tag(user, ticket)

    def words(self, target: Tag, ticket: Ticket, user: Any) -> str:
        return target.name


class AddTag(_OneTag):
    key, label = "tag", _("Add tag")

    def act(self, run: Run, target: Tag) -> object:
        return change_tags(run.ticket, add=[target], actor=run.user)


class RemoveTag(_OneTag):
    key, label = "untag", _("Take tag off")

    def act(self, run: Run, target: Tag) -> object:
        return change_tags(run.ticket, remove=[target], actor=run.user)


class Snooze(Kind):
    """value: "<quick moment> <whom it waits for>", as "monday waiting"; it is open again then.

    The moment is by the clock of whoever runs it, like the buttons of the ticket.
    """

    key, label, icon = "snooze", _("Snooze"), "clock-pause"
    WAITS: ClassVar[list[tuple[Status, Any]]] = [
        (Status.WAITING, _("waiting for the customer")),
        (Status.ON_HOLD, _("waiting for somebody else")),
    ]

    def options(self, user: Any) -> Choices:
        return [
            (f"{key} {status}", f"{label}, {waits}")
            for status, waits in self.WAITS
            for key, label in CHOICES
        ]

    def target(self, value: str, user: Any) -> tuple[datetime, Status]:
        choice, _space, status = value.partition(" ")
        if choice not in dict(CHOICES) or status not in dict(self.WAITS):
            raise StepRefused(_("Choose a moment."))
        return moment_of_choice(choice, timezone.now()), Status(status)

    def allowed(self, user: Any, ticket: Ticket, target: tuple[datetime, Status]) -> bool:
        return permissions.can_snooze(user, ticket)

    def words(self, target: tuple[datetime, Status], ticket: Ticket, user: Any) -> str:
        until, status = target
        words = {
            "moment": date_format(timezone.localtime(until), "SHORT_DATETIME_FORMAT"),
            "waits": dict(self.WAITS)[status],
        }
        return gettext("until %(moment)s, %(waits)s") % words

    def act(self, run: Run, target: tuple[datetime, Status]) -> object:
        until, status = target
        return snooze_ticket(run.ticket, until, status=status, opens=True, actor=run.user)
