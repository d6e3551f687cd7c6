"""What tickets do when something happened."""

from calendars.events import CalendarChanged, DefaultCalendarChosen
from core.events import on
from core.models import EventRecord
from tickets.actions import auto_assign
from tickets.actions.recomputing import request_recompute
from tickets.events import SlaPolicyChanged, SlaPolicyCreated, SlaPolicyDeleted, TicketOpened
from tickets.models import DeskSettings, Ticket
from tickets.rule_triggers import EVENTS
from tickets.rules import run_rules


@on(TicketOpened)
def find_technician(happened: EventRecord) -> None:
    """A new ticket goes to the best technician, unless a manager or its category says no."""
    ticket = Ticket.objects.select_related("category").filter(pk=happened.subject_id).first()
    if ticket is None or not DeskSettings.load().auto_assign:
        return
    if ticket.category is None or ticket.category.auto_assign:
        auto_assign(ticket)


@on(SlaPolicyCreated, SlaPolicyChanged, SlaPolicyDeleted, CalendarChanged, DefaultCalendarChosen)
def recompute(happened: EventRecord) -> None:
    """Promises or working time are others now: open tickets are computed again."""
    request_recompute(happened.sentence)


@on(*EVENTS)
def follow_rules(happened: EventRecord) -> None:
    """What managers wrote down is done: rules that wait for this, in their order."""
    run_rules(happened)
