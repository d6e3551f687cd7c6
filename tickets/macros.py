"""Running macros: all of it or nothing, by the same rules and actions as by hand."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext, gettext_lazy

from core.errors import RuleError
from tickets.actions.clocks import record
from tickets.actions.opening import lock
from tickets.actions.sharing import count_use
from tickets.events import MacroRan
from tickets.macro_kind import Run, StepRefused
from tickets.macro_steps import Step, check_order, read_steps
from tickets.models import Macro, Status, Ticket


class TicketIsMerged(RuleError):
    """Its words live elsewhere."""

    message = gettext_lazy("It was merged into another ticket; run the macro there.")


@dataclass(frozen=True)
class PlannedStep:
    """A step as the preview shows it."""

    step: Step
    words: str


@dataclass(frozen=True)
class Plan:
    """What a macro would do to a ticket. problem: why it would do nothing, or ""."""

    steps: list[PlannedStep]
    problem: str


@transaction.atomic
def run_macro(macro: Macro, ticket: Ticket, *, user: Any, seen: int | None = None) -> Ticket:
    """Do every step in one transaction, each with the person's rights at that moment.

    seen: key of the newest message the page showed, for the reply's stale stop; None asks nothing.
    Raises StepRefused, naming the step and why; then nothing has happened.
    """
    run = Run(_locked(ticket), user, seen)
    if run.ticket.merged_into_id:
        raise TicketIsMerged
    record(MacroRan(macro_id=macro.pk, title=macro.name), subject=run.ticket, actor=user)
    steps = read_steps(macro.steps)
    check_order(steps)
    for step in steps:
        run.later = steps[step.number :]
        target = step.target(user)
        if not step.kind.allowed(user, run.ticket, target):
            raise step.refused(_not_allowed(run.ticket))
        try:
            step.kind.act(run, target)
        except RuleError as error:
            raise step.refused(error.message) from error
        run.ticket = _locked(run.ticket)
    count_use(macro)  # last: its row is shared, and held until the commit
    return run.ticket


def plan_macro(macro: Macro, ticket: Ticket, *, user: Any) -> Plan:
    """What it would do. The macro is really run and taken back, so the answer is the true one."""
    steps = []
    try:
        for step in read_steps(macro.steps):
            words = step.kind.words(step.target(user), ticket, user)
            steps.append(PlannedStep(step, words))
        with transaction.atomic():
            run_macro(macro, ticket, user=user)
            transaction.set_rollback(True)
    except RuleError as error:
        return Plan(steps, str(error.message))
    return Plan(steps, "")


def steps_words(macro: Macro) -> str:
    """Its steps in a few words, without asking the database."""
    try:
        return ", ".join(step.short() for step in read_steps(macro.steps))
    except StepRefused as error:
        return str(error.message)


def _locked(ticket: Ticket) -> Ticket:
    """The ticket as it stands now, with everything a placeholder may need."""
    lock(ticket)
    return Ticket.objects.with_row().get(pk=ticket.pk)


def _not_allowed(ticket: Ticket) -> str:
    if ticket.status == Status.CLOSED:
        return gettext("It is closed, and a closed ticket does not change.")
    return gettext("You may not do this to this ticket.")
