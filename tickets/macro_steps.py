"""The kinds of steps a macro may have. A new kind is one class here and nothing else.

A step is stored as {"do": key, "value": text}. The value names its target as it was when the macro
was written; target() finds it again, or says that it is gone. Everything a step does goes through
the action its form calls, with the permission that form asks for.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.errors import RuleError
from core.text import clean_text, is_key
from technicians.actions import follow_roles
from technicians.models import Technician
from tickets import actions, permissions
from tickets.errors import MoveNotAllowed, NotAnOwner
from tickets.models import MOVES, CannedReply, Category, Priority, Status, Ticket
from tickets.placeholders import fill, problem_words

OFFERED = 500  # of one list
NOTE_LENGTH = 5_000
Choices = list[tuple[str, Any]]
KINDS: dict[str, "Kind"] = {}


class StepRefused(RuleError):
    """A step cannot be kept, or cannot be done."""

    field = "steps"
    status = 422


@dataclass
class Run:
    """One macro on one ticket. seen: key of the newest message its page showed, or None.

    later: the steps after this one. riding: the state that goes with this run's reply.
    """

    ticket: Ticket
    user: Any
    seen: int | None = None
    later: "Sequence[Step]" = ()
    riding: str = ""


class Kind(ABC):
    """One kind of step. Instances hold nothing."""

    key: ClassVar[str]
    label: ClassVar[str | Promise]
    icon: ClassVar[str]
    is_text: ClassVar[bool] = False  # typed, not chosen
    is_once: ClassVar[bool] = True  # at most one in a macro

    def __init_subclass__(cls) -> None:
        KINDS[cls.key] = cls()

    def options(self, user: Any) -> Choices:
        """What can be chosen while a macro is written; not for is_text."""
        return []

    @abstractmethod
    def target(self, value: str, user: Any) -> Any:
        """What the value names, for whoever runs it. Raises StepRefused when it is gone."""

    @abstractmethod
    def allowed(self, user: Any, ticket: Ticket, target: Any) -> bool:
        """The permission its form asks for."""

    @abstractmethod
    def words(self, target: Any, ticket: Ticket, user: Any) -> str:
        """What it would do to this ticket, in words."""

    @abstractmethod
    def act(self, run: Run, target: Any) -> object:
        """Do it, through the action its form calls. Raises that action's errors."""

    def reaches(self, value: str, macro: Any) -> bool:
        """Whether everybody who has the macro has what the step names, too."""
        return True


class SetStatus(Kind):
    """After a reply the state goes with it, as in the composer: undo takes back both."""

    key, label, icon = "status", _("Set status"), "circle-dot"

    def options(self, user: Any) -> Choices:
        return list(Status.choices)

    def target(self, value: str, user: Any) -> Status:
        if value not in Status.values:
            raise StepRefused(_("Choose a status."))
        return Status(value)

    def allowed(self, user: Any, ticket: Ticket, target: Status) -> bool:
        if target == ticket.status:
            return True
        return permissions.can_move_to(user, ticket, target)

    def words(self, target: Status, ticket: Ticket, user: Any) -> str:
        if target == ticket.status:
            return gettext("stays “%(status)s”") % {"status": target.label}
        words = {"before": Status(ticket.status).label, "after": target.label}
        return gettext("“%(before)s” becomes “%(after)s”") % words

    def act(self, run: Run, target: Status) -> object:
        before = Status(run.ticket.status)
        if target == before:
            return None
        if run.riding != target:
            return actions.change_status(run.ticket, target, actor=run.user)
        if target not in MOVES[before]:
            words = {"before": before.label, "to": target.label}
            raise MoveNotAllowed(_("A ticket that is “%(before)s” cannot become “%(to)s”.") % words)
        return None


class SetPriority(Kind):
    key, label, icon = "priority", _("Set priority"), "flag"

    def options(self, user: Any) -> Choices:
        return [(str(value), label) for value, label in Priority.choices]

    def target(self, value: str, user: Any) -> Priority:
        if value not in {str(number) for number in Priority.values}:
            raise StepRefused(_("Choose a priority."))
        return Priority(int(value))

    def allowed(self, user: Any, ticket: Ticket, target: Priority) -> bool:
        return permissions.can_edit(user, ticket)

    def words(self, target: Priority, ticket: Ticket, user: Any) -> str:
        return str(target.label)

    def act(self, run: Run, target: Priority) -> object:
        return actions.edit_ticket(run.ticket, {"priority": target.value}, actor=run.user)


class SetCategory(Kind):
    key, label, icon = "category", _("Set category"), "category"

    def options(self, user: Any) -> Choices:
        rows = Category.objects.filter(is_active=True)[:OFFERED]
        return [(str(row.pk), row.name) for row in rows]

    def target(self, value: str, user: Any) -> Category:
        found = _by_key(Category.objects.filter(is_active=True), value)
        if found is None:
            raise StepRefused(_("This category is gone, or no longer in use."))
        return found

    def allowed(self, user: Any, ticket: Ticket, target: Category) -> bool:
        return permissions.can_edit(user, ticket)

    def words(self, target: Category, ticket: Ticket, user: Any) -> str:
        return target.name

    def act(self, run: Run, target: Category) -> object:
        return actions.edit_ticket(run.ticket, {"category": target}, actor=run.user)


class Assign(Kind):
    """value: "nobody", "me" (whoever runs the macro) or a technician's key."""

    key, label, icon = "assign", _("Assign to"), "user-plus"

    def options(self, user: Any) -> Choices:
        people = Technician.objects.assignable().select_related("user").order_by("user__name")
        some = [(str(row.pk), str(row)) for row in people[:OFFERED]]
        return [("me", _("Whoever runs it")), ("nobody", _("Nobody")), *some]

    def target(self, value: str, user: Any) -> Technician | None:
        if value == "nobody":
            return None
        people = Technician.objects.assignable().select_related("user")
        if value == "me":
            found = people.filter(user=user).first() or follow_roles(user)
            if found is None:
                raise StepRefused(NotAnOwner.message)
            return found
        found = _by_key(people, value)
        if found is None:
            raise StepRefused(_("This colleague is gone, or no longer working here."))
        return found

    def allowed(self, user: Any, ticket: Ticket, target: Technician | None) -> bool:
        return permissions.can_assign(user, ticket)

    def words(self, target: Technician | None, ticket: Ticket, user: Any) -> str:
        return str(target) if target else gettext("Nobody")

    def act(self, run: Run, target: Technician | None) -> object:
        if target is None:
            return actions.unassign_ticket(run.ticket, actor=run.user)
        return actions.choose_technician(run.ticket, target, actor=run.user)


class AddNote(Kind):
    """value: the text; its placeholders are filled in, what is unknown stays for colleagues."""

    key, label, icon, is_text = "note", _("Add internal note"), "lock", True
    is_once = False

    def target(self, value: str, user: Any) -> str:
        text = clean_text(value).strip()
        if not text:
            raise StepRefused(_("Write the note."))
        if len(text) > NOTE_LENGTH:
            raise StepRefused(_("A note of a macro has at most 5,000 characters."))
        return text

    def allowed(self, user: Any, ticket: Ticket, target: str) -> bool:
        return permissions.can_note(user, ticket)

    def words(self, target: str, ticket: Ticket, user: Any) -> str:
        return fill(target, ticket, user).text

    def act(self, run: Run, target: str) -> object:
        text = fill(target, run.ticket, run.user).text
        return actions.add_note(run.ticket, text, actor=run.user, kept=None)


class Reply(Kind):
    """value: key of a canned reply. A gap in it stops the macro: nobody would see it first."""

    key, label, icon = "reply", _("Send reply"), "send"

    def options(self, user: Any) -> Choices:
        rows = CannedReply.objects.visible_to(user).select_related("team")[:OFFERED]
        return [(str(row.pk), f"{row.name} ({row.audience_words})") for row in rows]

    def target(self, value: str, user: Any) -> CannedReply:
        found = _by_key(CannedReply.objects.visible_to(user), value)
        if found is None:
            raise StepRefused(_("This canned reply is gone, or not yours to use."))
        return found

    def allowed(self, user: Any, ticket: Ticket, target: CannedReply) -> bool:
        return permissions.can_reply(user, ticket)

    def words(self, target: CannedReply, ticket: Ticket, user: Any) -> str:
        return fill(target.body, ticket, user).text

    def act(self, run: Run, target: CannedReply) -> object:
        filled = fill(target.body, run.ticket, run.user)
        if not filled.is_whole:
            raise StepRefused(problem_words(filled))
        run.riding = next((s.value for s in run.later if s.kind.key == SetStatus.key), "")
        new = actions.NewReply(filled.text, set_status=run.riding, seen=run.seen, kept=None)
        return actions.send_reply(run.ticket, new, actor=run.user)

    def reaches(self, value: str, macro: Any) -> bool:
        reply = _by_key(CannedReply.objects.all(), value)
        if reply is None or reply.audience == "all":
            return True
        return bool(reply.audience == macro.audience and reply.owner_id == macro.owner_id)


def _by_key(rows: Any, value: str) -> Any:
    return rows.filter(pk=value).first() if is_key(value) else None


@dataclass(frozen=True)
class Step:
    """One step of a macro. number counts from 1."""

    number: int
    kind: Kind
    value: str

    def refused(self, why: object) -> StepRefused:
        """Why it cannot be done, with its place in the macro."""
        words = {"number": self.number, "step": self.kind.label, "why": why}
        return StepRefused(_("Step %(number)s, %(step)s: %(why)s") % words)

    def target(self, user: Any) -> Any:
        """What it names, for this person. Raises StepRefused with the place."""
        try:
            return self.kind.target(self.value, user)
        except StepRefused as error:
            raise self.refused(error.message) from error

    def short(self) -> str:
        """What it does, without asking the database."""
        if self.kind.is_text:
            return f"{self.kind.label}: {Truncator(self.value).chars(40)}"
        return str(self.kind.label)


def read_steps(stored: Any) -> list[Step]:
    """The steps of a macro. Raises StepRefused for what is none."""
    if not isinstance(stored, list):
        raise StepRefused(_("This macro has no steps."))
    steps = []
    for number, row in enumerate(stored, 1):
        key = row.get("do") if isinstance(row, dict) else None
        value = row.get("value") if isinstance(row, dict) else None
        if not isinstance(key, str) or key not in KINDS or not isinstance(value, str):
            raise StepRefused(_("Step %(number)s is of no known kind.") % {"number": number})
        steps.append(Step(number, KINDS[key], value))
    return steps


def check_order(steps: Sequence[Step]) -> None:
    """Raise StepRefused for steps that cannot be done one after the other, on any ticket."""
    done: set[str] = set()
    for step in steps:
        if step.kind.is_once and step.kind.key in done:
            raise step.refused(gettext("A macro does this once."))
        done.add(step.kind.key)
        if step.kind.key != SetStatus.key:
            continue
        if step.value == Status.RESOLVED and Reply.key not in done:
            raise step.refused(
                gettext("A reply must come before it; it says what fixed the problem.")
            )
        if step.value == Status.CLOSED and Reply.key in done:
            raise step.refused(
                gettext("A reply goes out later than that, and needs an open ticket.")
            )


def plain_steps(steps: Iterable[Step]) -> list[dict[str, str]]:
    """As they are stored."""
    return [{"do": step.kind.key, "value": step.value} for step in steps]
