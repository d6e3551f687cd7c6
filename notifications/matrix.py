"""The rules the desk starts with, and those it may have besides. Pure.

An administrator changes by what an audience is told of an event, or adds an audience that can be
told of anything; the words are those of the code.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import NewsKind
from notifications.models import Audience, Medium

Key = tuple[str, str]  # event, audience


@dataclass(frozen=True)
class Default:
    """A rule as the desk starts with it; without channels it tells nobody."""

    kind: str
    channels: tuple[str, ...] = ()
    template: str = "job_news"
    tells_actor: bool = False


@dataclass(frozen=True)
class Area:
    """Events that belong together. events: name -> in words."""

    label: str | Promise
    events: dict[str, str | Promise]


AREAS = (
    Area(
        _("Tickets"),
        {
            "ticket.opened": _("A ticket is opened"),
            "ticket.assigned": _("A ticket is given to somebody"),
            "ticket.unassigned": _("A ticket is taken away from its owner"),
            "ticket.resolved": _("A ticket is resolved"),
            "ticket.reopened": _("A ticket is opened again"),
            "ticket.close_warned": _("A ticket will be closed soon"),
            "ticket.closed": _("A ticket is closed"),
        },
    ),
    Area(
        _("Conversation"),
        {
            "ticket.customer_replied": _("A customer writes"),
            "ticket.staff_replied": _("The desk replies"),
            "ticket.note_added": _("An internal note is written"),
            "ticket.staff_mentioned": _("A note mentions a colleague"),
            "ticket.reply_held": _("A reply is held, because somebody wrote meanwhile"),
            "ticket.mail_bounced": _("A mail comes back"),
        },
    ),
    Area(
        _("Visits and dispatch"),
        {
            "ticket.visit_booked": _("A visit is booked or moved"),
            "ticket.visit_cancelled": _("A visit is cancelled"),
            "ticket.on_the_way": _("A technician is on the way"),
            "ticket.declined": _("A technician gives a job back"),
            "ticket.no_technician_found": _("Nobody is found for a job"),
        },
    ),
    Area(
        _("Promises and reminders"),
        {
            "ticket.sla_warned": _("A promise is about to be broken"),
            "ticket.sla_breached": _("A promise is broken"),
            "ticket.snooze_ended": _("A snoozed ticket wakes up"),
        },
    ),
    Area(
        _("Automation"),
        {
            "ticket.rule_told": _("An automation rule tells somebody"),
            "ticket.rule_stopped": _("An automation rule was stopped"),
        },
    ),
)
EVENTS = {name: words for area in AREAS for name, words in area.events.items()}
OPEN, SHORT, BELL = ("bell", "email", "push"), ("bell", "sms", "push"), ("bell",)
UPDATES, ALERTS = NewsKind.TICKET_UPDATES, NewsKind.DESK_ALERTS
KINDS = {
    "ticket.opened": NewsKind.NEW_TICKETS,
    "ticket.customer_replied": NewsKind.REPLIES,
    "ticket.staff_mentioned": NewsKind.MENTIONS,
    "ticket.assigned": NewsKind.ASSIGNMENTS,
    "ticket.unassigned": NewsKind.ASSIGNMENTS,
    "ticket.sla_warned": NewsKind.PROMISES,
    "ticket.sla_breached": NewsKind.PROMISES,
    "ticket.declined": ALERTS,
    "ticket.no_technician_found": ALERTS,
    "ticket.rule_told": ALERTS,
    "ticket.rule_stopped": ALERTS,
}
# Whom anything can be told, with the words that fit every event.
ANYTHING = (
    *(Audience.TECHNICIAN, Audience.TEAM, Audience.FOLLOWERS),
    *(Audience.DESK, Audience.MANAGER, Audience.SALES),
)
DEFAULTS: dict[Key, Default] = {
    ("ticket.opened", "requester"): Default(UPDATES, OPEN, "ticket_opened", tells_actor=True),
    ("ticket.opened", "desk"): Default(NewsKind.NEW_TICKETS, BELL),
    ("ticket.assigned", "technician"): Default(NewsKind.ASSIGNMENTS, SHORT, "job_assigned"),
    ("ticket.assigned", "previous_technician"): Default(
        NewsKind.ASSIGNMENTS, SHORT, "job_taken_away"
    ),
    ("ticket.unassigned", "previous_technician"): Default(
        NewsKind.ASSIGNMENTS, SHORT, "job_taken_away"
    ),
    ("ticket.resolved", "requester"): Default(UPDATES, OPEN, "ticket_resolved"),
    ("ticket.resolved", "copies"): Default(UPDATES, ("email",), "ticket_resolved"),
    ("ticket.resolved", "technician"): Default(UPDATES, BELL),
    ("ticket.resolved", "followers"): Default(UPDATES, BELL),
    ("ticket.reopened", "requester"): Default(UPDATES, OPEN, "ticket_reopened"),
    ("ticket.reopened", "technician"): Default(UPDATES, OPEN),
    ("ticket.reopened", "followers"): Default(UPDATES, BELL),
    ("ticket.reopened", "queue"): Default(ALERTS, BELL),
    ("ticket.close_warned", "requester"): Default(UPDATES, OPEN, "close_warning"),
    ("ticket.closed", "requester"): Default(UPDATES, OPEN, "ticket_closed"),
    ("ticket.closed", "technician"): Default(UPDATES, BELL),
    ("ticket.closed", "followers"): Default(UPDATES, BELL),
    ("ticket.customer_replied", "technician"): Default(NewsKind.REPLIES, OPEN),
    ("ticket.customer_replied", "queue"): Default(NewsKind.REPLIES, BELL),
    ("ticket.customer_replied", "followers"): Default(NewsKind.REPLIES, BELL),
    ("ticket.staff_replied", "requester"): Default(UPDATES, OPEN, "staff_replied"),
    ("ticket.staff_replied", "copies"): Default(UPDATES, ("email",), "staff_replied"),
    ("ticket.staff_replied", "followers"): Default(UPDATES, BELL),
    ("ticket.note_added", "technician"): Default(UPDATES, BELL),
    ("ticket.note_added", "followers"): Default(UPDATES, BELL),
    ("ticket.staff_mentioned", "mentioned"): Default(NewsKind.MENTIONS, OPEN, "mention"),
    ("ticket.reply_held", "author"): Default(UPDATES, OPEN),
    ("ticket.mail_bounced", "author"): Default(UPDATES, OPEN),
    ("ticket.mail_bounced", "technician"): Default(UPDATES, BELL),
    ("ticket.visit_booked", "requester"): Default(NewsKind.VISITS, OPEN, "visit_booked"),
    ("ticket.visit_booked", "technician"): Default(UPDATES, BELL),
    ("ticket.visit_cancelled", "requester"): Default(NewsKind.VISITS, OPEN, "visit_cancelled"),
    ("ticket.visit_cancelled", "technician"): Default(UPDATES, BELL),
    ("ticket.on_the_way", "requester"): Default(NewsKind.VISITS, SHORT, "on_the_way"),
    ("ticket.declined", "desk"): Default(ALERTS, OPEN),
    ("ticket.no_technician_found", "desk"): Default(ALERTS, OPEN),
    ("ticket.sla_warned", "promise"): Default(NewsKind.PROMISES, BELL, "promise"),
    ("ticket.sla_breached", "promise"): Default(NewsKind.PROMISES, OPEN, "promise"),
    ("ticket.snooze_ended", "technician"): Default(UPDATES, BELL),
    ("ticket.snooze_ended", "queue"): Default(ALERTS, BELL),
    ("ticket.rule_told", "named"): Default(ALERTS, OPEN),
    ("ticket.rule_stopped", "rule_makers"): Default(ALERTS, OPEN),
}


def offered(event: str) -> Iterator[str]:
    """The audiences that may be told of an event: those of the defaults, and the general ones."""
    own = {audience for name, audience in DEFAULTS if name == event}
    for audience in Audience:
        if audience in own or audience in ANYTHING:
            yield audience.value


def default_of(event: str, audience: str) -> Default | None:
    """What the desk starts with, telling nobody where it has no rule; None where none may be."""
    if event not in EVENTS or audience not in offered(event):
        return None
    found = DEFAULTS.get((event, audience))
    return found or Default(KINDS.get(event, UPDATES))


def channels_for(audience: str) -> list[Medium]:
    """By what this audience can be told: people in Cc share a mail."""
    return [Medium.EMAIL] if audience == Audience.COPIES else list(Medium)
