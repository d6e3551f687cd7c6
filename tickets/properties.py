"""Properties of a ticket in its rail: each saves itself, and two savers meet at one field only.

A control carries the value it showed. What is stored is compared with that under the ticket's
lock: when somebody else changed this very field meanwhile, the second saver sees both values and
chooses; every other field is left alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from core.errors import RuleError
from core.models import EventRecord
from technicians.models import Technician
from tickets import actions, permissions
from tickets.models import MOVES, Category, Priority, Status, Ticket

MOST = 300  # choices of one control; a desk with more uses the edit page and the panel


@dataclass(frozen=True)
class Property:
    """One field. choices: of a ticket for a person, [(value, label)], None for free text.

    allowed: predicate of permissions. act: (ticket, value, user, resolution) stores it.
    events: how a change of it is recorded, for saying who made it.
    """

    name: str
    label: Any
    key: str
    choices: Callable[[Ticket, Any], list[tuple[str, Any]]] | None
    allowed: Callable[[Any, Ticket], bool]
    act: Callable[[Ticket, str, Any, str], object]
    events: tuple[str, ...] = ("ticket.edited",)

    def value(self, ticket: Ticket) -> str:
        """What is stored, as the control sends it."""
        attname = Ticket._meta.get_field(self.name).attname  # type: ignore[union-attr]
        stored = getattr(ticket, attname)
        return "" if stored is None else str(stored)


def _statuses(ticket: Ticket, user: Any) -> list[tuple[str, Any]]:
    here = Status(ticket.status)
    moves = {to for to in MOVES[here] if permissions.can_move_to(user, ticket, to)}
    return [(s.value, s.label) for s in Status if s == here or s in moves]


def _rows(rows: Any, none: Any, now: Any) -> list[tuple[str, Any]]:
    """Choices of a foreign key; what is set stays choosable although it is no longer in use."""
    found = [("", none), *((str(row.pk), str(row)) for row in rows[:MOST])]
    if now is not None and str(now.pk) not in dict(found):
        found.append((str(now.pk), str(now)))
    return found


def _owners(ticket: Ticket, user: Any) -> list[tuple[str, Any]]:
    """Nobody, oneself, then everybody by name."""
    rows = Technician.objects.assignable().select_related("user").order_by("user__name", "pk")
    nobody, *people = _rows(rows, _("Nobody"), ticket.technician)
    has_it = ticket.technician is not None and ticket.technician.user_id == user.pk
    return [nobody, *([] if has_it else [("me", _("Me"))]), *people]


def _assign(ticket: Ticket, value: str, user: Any, _resolution: str) -> object:
    if not value:
        return actions.unassign_ticket(ticket, actor=user)
    if value == "me":
        return actions.take_ticket(ticket, actor=user)
    chosen = Technician.objects.select_related("user").get(pk=value)
    return actions.choose_technician(ticket, chosen, actor=user)


def _edit(name: str, read: Callable[[str], Any]) -> Callable[[Ticket, str, Any, str], object]:
    return lambda ticket, value, user, _resolution: actions.edit_ticket(
        ticket, {name: read(value)}, actor=user
    )


PROPERTIES = {
    one.name: one
    for one in (
        Property(
            "subject", _("Subject"), "", None, permissions.can_edit, _edit("subject", str),
        ),
        Property(
            "technician", _("Assignee"), "a", _owners, permissions.can_assign, _assign,
            ("ticket.assigned", "ticket.unassigned", "ticket.declined"),
        ),
        Property(
            "team", _("Team"), "",
            lambda ticket, _user: _rows(
                Team.objects.order_by("name"), _("Not set"), ticket.team
            ),
            permissions.can_edit,
            _edit("team", lambda value: Team.objects.get(pk=value) if value else None),
        ),
        Property(
            "status", _("Status"), "s", _statuses, permissions.can_change_status,
            lambda ticket, value, user, text: actions.change_status(
                ticket, value, actor=user, resolution=text
            ),
            ("ticket.status_changed", "ticket.resolved", "ticket.reopened", "ticket.closed"),
        ),
        Property(
            "priority", _("Priority"), "p",
            lambda _ticket, _user: [(str(value), label) for value, label in Priority.choices],
            permissions.can_edit, _edit("priority", int),
        ),
        Property(
            "category", _("Category"), "",
            lambda ticket, _user: _rows(
                Category.objects.filter(is_active=True).order_by("name"), _("Not set"),
                ticket.category,
            ),
            permissions.can_edit,
            _edit("category", lambda value: Category.objects.get(pk=value) if value else None),
        ),
    )
}  # fmt: skip


class PropertyForm(forms.Form):
    """A new value with the one the control showed."""

    value = forms.CharField(required=False, max_length=200)
    was = forms.CharField(required=False, max_length=200)
    resolution = forms.CharField(required=False, max_length=20_000, strip=False)


@dataclass
class Control:
    """A property as the rail shows it: editable, saved, refused (error) or in conflict (theirs).

    value: what the control shows, which is what somebody typed where that was not stored.
    was: what it will say it started from. theirs, mine: labels of a conflict; by: who made it.
    """

    of: Property
    ticket: Ticket
    value: str
    was: str
    choices: list[tuple[str, Any]] | None
    can: bool
    error: str = ""
    theirs: str = ""
    mine: str = ""
    by: str = ""
    needs_text: bool = False
    is_saved: bool = False

    @property
    def name(self) -> str:
        return self.of.name

    @property
    def wants_focus(self) -> bool:
        """Whether the keyboard goes on here; a text that is needed comes first."""
        return (self.is_saved or bool(self.error or self.theirs)) and not self.needs_text

    @property
    def shown(self) -> str:
        return label_of(self.choices, self.value)


def label_of(choices: list[tuple[str, Any]] | None, value: str) -> str:
    """What a person reads for a value."""
    return value if choices is None else str(dict(choices).get(value, value))


def control(one: Property, ticket: Ticket, user: Any) -> Control:
    """The control as it stands."""
    value = one.value(ticket)
    choices = one.choices(ticket, user) if one.choices else None
    return Control(one, ticket, value, value, choices, one.allowed(user, ticket))


@transaction.atomic
def save_property(
    one: Property, ticket: Ticket, value: str, *, was: str, resolution: str, actor: Any
) -> Control:
    """Store a value unless somebody changed this field since; ticket: locked by the caller."""
    found = control(one, ticket, actor)
    stored = found.value
    if value == stored:
        found.is_saved = True
        return found
    if found.choices is not None and value not in dict(found.choices) and stored == was:
        found.error = str(_("This is not possible any more. Choose again."))
        return found
    found.value = value
    if stored != was:
        found.theirs = label_of(found.choices, stored) or str(_("nothing"))
        found.mine = label_of(found.choices, value) or str(_("nothing"))
        found.was, found.by = stored, _changed_by(one, ticket)
        return found
    try:
        with transaction.atomic():
            one.act(ticket, value, actor, resolution)
    except RuleError as error:
        found.error = str(error.message)
        found.needs_text = one.name == "status" and value == Status.RESOLVED
        return found
    fresh = control(one, Ticket.objects.with_row().select_related("team").get(pk=ticket.pk), actor)
    fresh.is_saved = True
    return fresh


def _changed_by(one: Property, ticket: Ticket) -> str:
    """Who changed the field last, or "" when nobody can be named."""
    rows = EventRecord.objects.filter(
        subject_type="tickets.ticket", subject_id=ticket.pk, name__in=one.events
    )
    if one.events == ("ticket.edited",):
        rows = rows.filter(payload__field_names__contains=[one.name])
    return rows.order_by("-id").values_list("actor_name", flat=True).first() or ""
