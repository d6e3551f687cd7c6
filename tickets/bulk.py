"""The same change to many tickets: through the same rules and actions as for one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import OperationalError
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.errors import RuleError
from core.text import is_key
from technicians.models import Technician
from tickets import permissions
from tickets.actions import (
    change_status,
    choose_technician,
    edit_ticket,
    take_ticket,
    unassign_ticket,
)
from tickets.actions.tags import change_tags
from tickets.macros import run_macro
from tickets.models import Category, Macro, Priority, Status, Tag, Ticket

MOST = 100  # a page of the queue; more belongs to a rule


@dataclass(frozen=True)
class Change:
    """What to do to each ticket. allowed: predicate of permissions; act: (ticket, user) -> Any."""

    words: str | Promise
    allowed: Callable[[Any, Ticket], bool]
    act: Callable[[Ticket, Any], object]


@dataclass(frozen=True)
class Result:
    """What became of one ticket. reference is None for one the person cannot see."""

    pk: int
    reference: str | None
    subject: str
    is_done: bool
    why: str


def run_bulk(user: Any, pks: Iterable[int], change: Change) -> list[Result]:
    """Apply a change to each ticket in a transaction of its own; one refusal stops no other.

    A number that is not among the visible ones is told from a missing one by nobody (404 each).
    """
    asked = list(dict.fromkeys(pks))
    wanted, too_many = asked[:MOST], asked[MOST:]
    visible = Ticket.objects.visible_to(user).filter(pk__in=wanted)
    found = visible.select_related("technician", "category", "customer").in_bulk()
    why = gettext("Not done: %(most)s tickets at a time.") % {"most": MOST}
    return [_one(user, pk, found.get(pk), change) for pk in wanted] + [
        Result(pk, None, "", False, why) for pk in too_many
    ]


def _one(user: Any, pk: int, ticket: Ticket | None, change: Change) -> Result:
    if ticket is None:
        return Result(pk, None, "", False, gettext("There is no such ticket."))
    why = ""
    if not change.allowed(user, ticket):
        why = _refusal(ticket)
    else:
        try:
            change.act(ticket, user)
        except RuleError as error:
            why = str(error.message)
        except OperationalError:  # a deadlock: PostgreSQL chose this one to give way
            why = gettext("Somebody changed it at the same moment. Please try again.")
    return Result(pk, ticket.reference, ticket.subject, not why, why)


def _refusal(ticket: Ticket) -> str:
    """Why nothing was tried: the state of the ticket, where that is the reason for everybody."""
    if ticket.status == Status.CLOSED:
        return gettext("It is closed, and a closed ticket does not change.")
    return gettext("You may not do this to this ticket.")


def _status(to: str) -> Change:
    label = Status(to).label
    return Change(
        gettext("Status “%(status)s”") % {"status": label},
        lambda user, ticket: permissions.can_move_to(user, ticket, to),
        lambda ticket, user: change_status(ticket, to, actor=user),
    )


def _edit(name: str, value: Any, label: object) -> Change:
    return Change(
        str(label), permissions.can_edit, lambda t, user: edit_ticket(t, {name: value}, actor=user)
    )


def _tag(tag: Tag, *, is_added: bool) -> Change:
    if is_added:
        return Change(
            gettext("Tag “%(name)s” added") % {"name": tag},
            permissions.can_tag,
            lambda t, user: change_tags(t, add=[tag], actor=user),
        )
    return Change(
        gettext("Tag “%(name)s” removed") % {"name": tag},
        permissions.can_tag,
        lambda t, user: change_tags(t, remove=[tag], actor=user),
    )


def _assign(technician: Technician | None) -> Change:
    if technician is None:
        return Change(
            gettext("Unassigned"),
            permissions.can_assign,
            lambda t, user: unassign_ticket(t, actor=user),
        )
    return Change(
        gettext("Assigned to %(name)s") % {"name": technician},
        permissions.can_assign,
        lambda t, user: choose_technician(t, technician, actor=user),
    )


def _take() -> Change:
    return Change(
        gettext("Assigned to you"),
        permissions.can_assign,
        lambda t, user: take_ticket(t, actor=user),
    )


def _macro(macro: Macro) -> Change:
    return Change(
        gettext("Macro “%(name)s”") % {"name": macro},
        lambda _user, _ticket: True,  # each of its steps asks for itself
        lambda t, user: run_macro(macro, t, user=user),
    )


class BulkForm(forms.Form):
    """The selection and one change, written as "status:waiting", "technician:12", "macro:3", …

    user: whose macros there are; none without.

    cleaned_data: tickets (ids), change (Change), words.
    """

    tickets = forms.TypedMultipleChoiceField(coerce=int)
    change = forms.CharField(max_length=40)

    # A ticket needs a resolution to be resolved: that is done on its page or by a macro.
    STATUSES = [Status.OPEN, Status.IN_PROGRESS, Status.WAITING, Status.ON_HOLD, Status.CLOSED]

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["tickets"].valid_value = is_key  # type: ignore[attr-defined]
        self.fields["tickets"].error_messages["required"] = _("Select at least one ticket.")

    @property
    def statuses(self) -> list[tuple[str, str]]:
        return [(f"status:{status.value}", str(status.label)) for status in self.STATUSES]

    @property
    def priorities(self) -> list[tuple[str, str]]:
        return [(f"priority:{value}", str(label)) for value, label in Priority.choices]

    def clean_change(self) -> Change:
        kind, _colon, value = self.cleaned_data["change"].partition(":")
        found: Change | None = None
        if kind == "status" and value in self.STATUSES:
            found = _status(value)
        elif kind == "priority" and value in {str(number) for number in Priority.values}:
            found = _edit("priority", int(value), Priority(int(value)).label)
        elif kind == "category" and is_key(value):
            category = Category.objects.filter(pk=value, is_active=True).first()
            found = _edit("category", category, category) if category else None
        elif kind == "technician" and value == "null":
            found = _assign(None)
        elif kind == "technician" and value == "me":
            found = _take()
        elif kind == "technician" and is_key(value):
            people = Technician.objects.assignable().select_related("user")
            technician = people.filter(pk=value).first()
            found = _assign(technician) if technician else None
        elif kind in {"tag", "untag"} and is_key(value):
            tag = Tag.objects.filter(pk=value).first()
            found = _tag(tag, is_added=kind == "tag") if tag else None
        elif kind == "macro" and is_key(value) and self.user:
            macro = Macro.objects.visible_to(self.user).filter(pk=value).first()
            found = _macro(macro) if macro else None
        if found is None:
            raise forms.ValidationError(_("Choose what to change."))
        return found
