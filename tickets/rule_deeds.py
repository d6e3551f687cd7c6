"""What a rule may do to a ticket. A new deed is one class and its place in DEEDS.

Deeds are done in that order. A value is JSON and names its target as it was when
the rule was written; target() finds it again, or says that it is gone. Everything a deed does goes
through the action that the forms call.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.db import transaction
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from core.text import clean_text, is_key, one_line
from tickets import actions
from tickets.actions.clocks import record
from tickets.events import RuleReplied, RuleTold
from tickets.macro_kind import StepRefused
from tickets.macro_steps import KINDS
from tickets.models import Priority, Status, Ticket
from tickets.placeholders import PLACEHOLDERS, as_written, fill, names_left, problem_words
from tickets.rule_deed import Deed, DeedRefused
from tickets.rule_known import NOTHING_KNOWN, Known, Named, staff
from tickets.rule_marks import AddTags, FillFields, RemoveTags

OFFERED = 500  # of one list
TEXT_LENGTH, WORDS_LENGTH = 10_000, 200
NOBODYS = {name for name in PLACEHOLDERS if name.startswith("agent.")}  # a rule is no agent
STATUSES = [Status.OPEN, Status.IN_PROGRESS, Status.WAITING, Status.ON_HOLD, Status.CLOSED]


class _Choice(Deed):
    """One of a list; macros have the same, so theirs says what there is and what is gone."""

    is_row: ClassVar[bool] = False  # of the database
    none: ClassVar[str | Promise] = _("Leave as it is")

    def options(self) -> list[tuple[str, Any]]:
        return KINDS[self.key].options(None)

    def fields(self) -> dict[str, forms.Field]:
        choices = [("", self.none), *self.options()]
        return {self.name: forms.ChoiceField(label=self.label, choices=choices, required=False)}

    def named(self, value: Any) -> Named:
        return {self.key: [str(value)]} if self.is_row else {}

    def target(self, value: Any, known: Known = NOTHING_KNOWN) -> Any:
        row = known.row(self.key, value)
        if row is not None:
            return row
        try:
            return KINDS[self.key].target(str(value), None)
        except StepRefused as error:
            raise DeedRefused(error.message, field=self.name) from error


class SetCategory(_Choice):
    key, label, icon, is_row = "category", _("Set category"), "category", True

    def words(self, target: Any) -> str:
        return gettext("Category “%(name)s”") % {"name": target}

    def changes(self, ticket: Ticket, target: Any) -> bool:
        return bool(ticket.category_id != target.pk)

    def act(self, ticket: Ticket, target: Any) -> object:
        return actions.edit_ticket(ticket, {"category": target}, actor=None)


class SetPriority(_Choice):
    key, label, icon = "priority", _("Set priority"), "flag"

    def words(self, target: Priority) -> str:
        return gettext("Priority “%(name)s”") % {"name": target.label}

    def changes(self, ticket: Ticket, target: Priority) -> bool:
        return ticket.priority != target

    def act(self, ticket: Ticket, target: Priority) -> object:
        return actions.edit_ticket(ticket, {"priority": target.value}, actor=None)


class SetTeam(_Choice):
    """After the category, which brings a team of its own."""

    key, label, icon, is_row = "team", _("Give to team"), "users", True

    def words(self, target: Team) -> str:
        return gettext("Team “%(name)s”") % {"name": target.name}

    def changes(self, ticket: Ticket, target: Team) -> bool:
        return ticket.team_id != target.pk

    def act(self, ticket: Ticket, target: Team) -> object:
        return actions.edit_ticket(ticket, {"team": target}, actor=None)


class AssignTo(_Choice):
    """value: "nobody" or a technician's key."""

    key, label, icon, is_row = "assign", _("Assign to"), "user-plus", True

    def options(self) -> list[tuple[str, Any]]:
        return [pair for pair in super().options() if pair[0] != "me"]

    def target(self, value: Any, known: Known = NOTHING_KNOWN) -> Any:
        if value == "me":  # a rule is nobody
            raise DeedRefused(_("Choose somebody."), field=self.name)
        return super().target(value, known)

    def words(self, target: Any) -> str:
        if target is None:
            return gettext("Assigned to nobody")
        return gettext("Assigned to %(name)s") % {"name": target}

    def changes(self, ticket: Ticket, target: Any) -> bool:
        return ticket.technician_id != (target.pk if target else None)

    def hindrance(self, ticket: Ticket, target: Any) -> str:
        return "" if ticket.is_live else gettext("It is resolved, so nobody can get it.")

    def act(self, ticket: Ticket, target: Any) -> object:
        if target is None:
            return actions.unassign_ticket(ticket, actor=None)
        return actions.assign_ticket(ticket, target, actor=None, is_automatic=True)


class SendReply(Deed):
    """Goes out at once, as the desk's word, and keeps no promise. A gap in it stops the rule."""

    key, label, icon = "reply", _("Reply to the customer"), "send"
    most_per_hour = 3  # somebody's automatic answer may come back at once

    def fields(self) -> dict[str, forms.Field]:
        known = as_written(name for name in PLACEHOLDERS if name not in NOBODYS)
        return {
            self.name: forms.CharField(
                label=self.label,
                required=False,
                max_length=TEXT_LENGTH,
                widget=forms.Textarea(attrs={"rows": 5}),
                help_text=_("You can use: %(names)s") % {"names": known},
            )
        }

    def target(self, value: Any, known: Known = NOTHING_KNOWN) -> str:
        text = clean_text(str(value)).strip()
        if not text or len(text) > TEXT_LENGTH:
            raise DeedRefused(_("Write 1 to 10,000 characters."), field=self.name)
        wrong = [n for n in names_left(text) if n not in PLACEHOLDERS or n in NOBODYS]
        if wrong:
            raise DeedRefused(
                _("%(names)s cannot be filled in by a rule.") % {"names": as_written(wrong)},
                field=self.name,
            )
        return text

    def words(self, target: str) -> str:
        return gettext("Reply: %(text)s") % {"text": Truncator(target).chars(80)}

    def act(self, ticket: Ticket, target: str) -> object:
        filled = fill(target, ticket, None)
        if not filled.is_whole:
            raise DeedRefused(problem_words(filled))
        return reply_by_rule(ticket, filled.text)


@transaction.atomic
def reply_by_rule(ticket: Ticket, text: str) -> object:
    """Reply to the customer and say that no person wrote it. Raises TextMissing."""
    message = actions.add_reply(ticket, text, actor=None)
    record(RuleReplied(message_id=message.pk), subject=ticket, actor=None)
    return message


class ChangeStatus(_Choice):
    """Resolving needs a person, who says what fixed it."""

    key, label, icon = "status", _("Set status"), "circle-dot"

    def options(self) -> list[tuple[str, Any]]:
        return [(str(status.value), status.label) for status in STATUSES]

    def target(self, value: Any, known: Known = NOTHING_KNOWN) -> Status:
        if value not in STATUSES:
            raise DeedRefused(_("Choose a status."), field=self.name)
        return Status(value)

    def words(self, target: Status) -> str:
        return gettext("Status “%(name)s”") % {"name": target.label}

    def changes(self, ticket: Ticket, target: Status) -> bool:
        return ticket.status != target

    def act(self, ticket: Ticket, target: Status) -> object:
        return actions.change_status(ticket, target, actor=None)


@dataclass(frozen=True)
class Told:
    """Whom, and what."""

    users: list[User]
    assignee: bool
    team: bool
    words: str

    @property
    def names(self) -> str:
        some = [gettext("the assignee")] if self.assignee else []
        some += [gettext("the team")] if self.team else []
        return ", ".join([*some, *(user.name for user in self.users)])


class TellPeople(Deed):
    """By bell and mail, as they chose; who does not see the ticket is not told.

    value: {"who": ["assignee", "team", keys of users], "words": text}.
    """

    key, label, icon = "tell", _("Tell people"), "bell"

    @property
    def words_name(self) -> str:
        return f"{self.name}_words"

    def fields(self) -> dict[str, forms.Field]:
        people = [(str(user.pk), user.name) for user in staff().order_by("name")[:OFFERED]]
        who = [("assignee", _("The assignee")), ("team", _("The team")), *people]
        return {
            self.name: forms.MultipleChoiceField(
                label=self.label,
                choices=who,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            ),
            self.words_name: forms.CharField(
                label=_("What they are told"), required=False, max_length=WORDS_LENGTH
            ),
        }

    def field_names(self) -> list[str]:
        return [self.name, self.words_name]

    def read(self, typed: Mapping[str, Any]) -> Any:
        who, words = typed.get(self.name), one_line(typed.get(self.words_name) or "")
        if words and not who:
            raise DeedRefused(_("Say whom to tell."), field=self.name)
        return {"who": sorted(who), "words": words} if who else None

    def shown(self, value: Any) -> dict[str, Any]:
        return {self.name: value.get("who", []), self.words_name: value.get("words", "")}

    def named(self, value: Any) -> Named:
        return {"user": self._keys(value)}

    def target(self, value: Any, known: Known = NOTHING_KNOWN) -> Told:
        who = [str(key) for key in value.get("who", [])]
        keys = self._keys(value)
        users = known.rows("user", keys)
        if users is None:
            users = list(staff().filter(pk__in=keys))
        users.sort(key=lambda user: (user.name, user.pk))
        gone = set(keys) - {str(user.pk) for user in users}
        if gone:
            names = User.objects.filter(pk__in=gone).values_list("name", flat=True)
            raise DeedRefused(
                _("Somebody who is to be told does not work here any more: %(names)s")
                % {"names": ", ".join(names) or "–"},
                field=self.name,
            )
        return Told(users, "assignee" in who, "team" in who, value.get("words", ""))

    def _keys(self, value: Any) -> list[str]:
        return [str(key) for key in value.get("who", []) if is_key(key)]

    def words(self, target: Told) -> str:
        return gettext("Tell %(names)s") % {"names": target.names}

    def act(self, ticket: Ticket, target: Told) -> object:
        return tell_by_rule(ticket, target)


@transaction.atomic
def tell_by_rule(ticket: Ticket, told: Told) -> object:
    """Let the notifications tell these people."""
    happened = RuleTold(
        names=told.names,
        words=f": {told.words}" if told.words else "",
        tells_assignee=told.assignee,
        tells_team=told.team,
        people=[user.pk for user in told.users],
    )
    return record(happened, subject=ticket, actor=None)


# The category first: it brings a team, and fields of its own.
ORDER: tuple[type[Deed], ...] = (
    SetCategory,
    SetPriority,
    SetTeam,
    AssignTo,
    AddTags,
    RemoveTags,
    FillFields,
    SendReply,
    ChangeStatus,
    TellPeople,
)
DEEDS: dict[str, Deed] = {deed.key: deed() for deed in ORDER}


def check_deeds(deeds: Mapping[str, Any]) -> None:
    """Raise DeedRefused for what could not be done today; a rule does something."""
    if not deeds:
        raise DeedRefused(_("Choose at least one thing to do."))
    for key, value in deeds.items():
        if key not in DEEDS:
            raise DeedRefused(_("“%(name)s” is nothing a rule can do.") % {"name": key})
        DEEDS[key].target(value)
    if set(deeds.get(AddTags.key, ())) & set(deeds.get(RemoveTags.key, ())):
        raise DeedRefused(
            _("A tag is added or taken off, not both."), field=DEEDS[RemoveTags.key].name
        )


def known_to(deeds: Iterable[Mapping[str, Any]]) -> Known:
    """What several rules name, in as many queries as there are kinds of it."""
    pairs = ((key, value) for each in deeds for key, value in each.items() if key in DEEDS)
    return Known(DEEDS[key].named(value) for key, value in pairs)


def deeds_words(deeds: Mapping[str, Any], known: Known = NOTHING_KNOWN) -> list[tuple[str, str]]:
    """(icon, words) of each thing a rule does; what is gone says so."""
    pairs = []
    for key, deed in DEEDS.items():
        if key in deeds:
            try:
                pairs.append((deed.icon, deed.words(deed.target(deeds[key], known))))
            except DeedRefused as error:
                pairs.append(("alert-triangle", f"{deed.label}: {error.message}"))
    return pairs
