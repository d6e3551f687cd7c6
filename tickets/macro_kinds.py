"""The kinds of steps a macro may have: whose it is, how it stands, and what is said.

A new kind is one class and its place in tickets.macro_steps.ORDER.
"""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from core.text import clean_text
from technicians.actions import follow_roles
from technicians.models import Technician
from tickets import actions, permissions
from tickets.errors import MoveNotAllowed, NotAnOwner
from tickets.macro_kind import OFFERED, Choices, Kind, Run, StepRefused, by_key
from tickets.models import MOVES, CannedReply, Category, Priority, Status, Ticket
from tickets.placeholders import fill, problem_words

NOTE_LENGTH = 5_000


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
        found = by_key(Category.objects.filter(is_active=True), value)
        if found is None:
            raise StepRefused(_("This category is gone, or no longer in use."))
        return found

    def allowed(self, user: Any, ticket: Ticket, target: Category) -> bool:
        return permissions.can_edit(user, ticket)

    def words(self, target: Category, ticket: Ticket, user: Any) -> str:
        return target.name

    def act(self, run: Run, target: Category) -> object:
        return actions.edit_ticket(run.ticket, {"category": target}, actor=run.user)


class SetTeam(Kind):
    """After the category, which may bring a team of its own."""

    key, label, icon = "team", _("Give to team"), "users"

    def options(self, user: Any) -> Choices:
        return [(str(row.pk), row.name) for row in Team.objects.order_by("name")[:OFFERED]]

    def target(self, value: str, user: Any) -> Team:
        found: Team | None = by_key(Team.objects.all(), value)
        if found is None:
            raise StepRefused(_("This team is gone."))
        return found

    def allowed(self, user: Any, ticket: Ticket, target: Team) -> bool:
        return permissions.can_edit(user, ticket)

    def words(self, target: Team, ticket: Ticket, user: Any) -> str:
        return target.name

    def act(self, run: Run, target: Team) -> object:
        return actions.edit_ticket(run.ticket, {"team": target}, actor=run.user)


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
        found = by_key(people, value)
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
        found = by_key(CannedReply.objects.visible_to(user), value)
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
        reply = by_key(CannedReply.objects.all(), value)
        if reply is None or reply.audience == "all":
            return True
        return bool(reply.audience == macro.audience and reply.owner_id == macro.owner_id)
