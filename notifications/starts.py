"""The shipped words in Markdown: where somebody begins who writes their own.

They say what templates/emails says; what only some tickets have stands on a line of its own, which
is left out where the ticket has none.
"""

from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notifications.models import MessageKind as Kind
from notifications.models import Wording


@dataclass(frozen=True)
class Start:
    """Heading, Markdown and SMS to begin with."""

    heading: str | Promise
    body: str | Promise
    sms: str | Promise


STARTS: dict[Kind, Start] = {
    Kind.TICKET_OPENED: Start(
        _("We have your report"),
        _("Hello {{ reader.first_name }},\n\nyour ticket number is **{{ ticket.number }}**. Please name it when you call. We look at it and tell you what happens next.\n\nSubject: {{ ticket.subject }}\nDevice: {{ device.name }}\nPriority: {{ ticket.priority }}\n\nWhat you wrote:\n\n> {{ ticket.description }}\n\n{{ answer.how }}"),  # noqa: E501
        _("We have your report \"{{ ticket.subject }}\". Its number is {{ ticket.number }}."),
    ),
    Kind.STAFF_REPLIED: Start(
        _("{{ agent.name }} replied"),
        _("Hello {{ reader.first_name }},\n\n{{ reply.text }}\n\n{{ answer.how }}"),
        _("{{ desk.name }} {{ ticket.number }}: {{ reply.text }}"),
    ),
    Kind.VISIT_BOOKED: Start(
        _("Your visit is booked"),
        _("Hello {{ reader.first_name }},\n\n{{ visit.technician }} will visit you:\n\n**{{ visit.day }}, {{ visit.from }}–{{ visit.until }}** ({{ visit.zone }})\nPlace: {{ visit.address }}\nDevice: {{ device.name }}\n\n{{ answer.how }}"),  # noqa: E501
        _("{{ desk.name }}: {{ visit.technician }} will visit you for {{ ticket.number }}: {{ visit.day }}, {{ visit.from }}-{{ visit.until }}."),  # noqa: E501
    ),
    Kind.VISIT_CANCELLED: Start(
        _("Your visit is off"),
        _("Hello {{ reader.first_name }},\n\nthis visit of {{ visit.technician }} will not take place:\n\n{{ visit.day }}, {{ visit.from }}–{{ visit.until }} ({{ visit.zone }})\nPlace: {{ visit.address }}\nDevice: {{ device.name }}\n\n{{ answer.how }}"),  # noqa: E501
        _("{{ desk.name }}: the visit of {{ visit.technician }} for {{ ticket.number }} is off: {{ visit.day }}, {{ visit.from }}."),  # noqa: E501
    ),
    Kind.ON_THE_WAY: Start(
        _("{{ visit.technician }} is on the way"),
        _("Hello {{ reader.first_name }},\n\nyour technician has just set off.\nThe journey takes about {{ visit.minutes }} minutes.\n\nPlease make sure that somebody can let us in and show us the device.\nIf it does not suit you now, call us on {{ desk.phone }}."),  # noqa: E501
        _("{{ desk.name }}: {{ visit.technician }} is on the way to you ({{ ticket.number }}).\nAbout {{ visit.minutes }} minutes."),  # noqa: E501
    ),
    Kind.TICKET_RESOLVED: Start(
        _("We believe it is solved"),
        _("Hello {{ reader.first_name }},\n\nthis is what was done:\n\n> {{ ticket.resolution }}\n\n**Is it still not right?** Tell us, and the ticket is open again.\n{{ answer.how }}\n\nIf all is well you need not do anything: the ticket closes by itself."),  # noqa: E501
        _("{{ desk.name }}: {{ ticket.number }} is solved: {{ ticket.resolution }}"),
    ),
    Kind.CLOSE_WARNING: Start(
        _("Your ticket closes soon"),
        _("Hello {{ reader.first_name }},\n\nwe believe that your problem is solved and have not heard from you since. Ticket {{ ticket.number }} closes on {{ ticket.closes_on }}.\n\n> {{ ticket.resolution }}\n\n**Is it still not right?** Tell us, and the ticket is open again.\n{{ answer.how }}\n\nIf all is well you need not do anything."),  # noqa: E501
        _("{{ desk.name }}: {{ ticket.number }} closes on {{ ticket.closes_on }}. Not solved? Tell us."),  # noqa: E501
    ),
    Kind.TICKET_CLOSED: Start(
        _("Your ticket is closed"),
        _("Hello {{ reader.first_name }},\n\nticket {{ ticket.number }} is closed. Thank you for your patience.\n\n> {{ ticket.resolution }}\n\nDoes it happen again? Tell us, and we open a new ticket that follows this one.\n{{ answer.how }}"),  # noqa: E501
        _("{{ desk.name }}: {{ ticket.number }} is closed. Thank you."),
    ),
    Kind.TICKET_REOPENED: Start(
        _("Your ticket is open again"),
        _("Hello {{ reader.first_name }},\n\nticket {{ ticket.number }} is open again: we are looking at it once more.\n\n{{ answer.how }}"),  # noqa: E501
        _("{{ desk.name }}: {{ ticket.number }} is open again, we are looking at it once more."),
    ),
    Kind.JOB_ASSIGNED: Start(
        _("A job for you at {{ customer.company }}"),
        _("Job {{ ticket.number }} is yours.\n\nPriority: {{ ticket.priority }}\nCustomer: {{ customer.company }}\nAddress: {{ visit.address }}\nContact: {{ customer.name }}\nPhone: {{ customer.phone }}\nDevice: {{ device.name }}\nVisit: {{ visit.time }}\nProblem: {{ ticket.subject }}\n\n> {{ ticket.description }}"),  # noqa: E501
        _("Job {{ ticket.number }} ({{ ticket.priority }}): {{ ticket.subject }} - {{ customer.company }}\n{{ visit.address }}\n{{ visit.time }}"),  # noqa: E501
    ),
    Kind.JOB_TAKEN_AWAY: Start(
        _("This job is no longer yours"),
        _("Job {{ ticket.number }} is no longer yours.\n{{ job.new_technician }} has it now.\n\nThere is nothing you need to do."),  # noqa: E501
        _("Job {{ ticket.number }} ({{ ticket.subject }}) is no longer yours.\n{{ job.new_technician }} has it now."),  # noqa: E501
    ),
    Kind.JOB_NEWS: Start(
        _("{{ actor.name }} {{ event.words }}"),
        _("{{ actor.name }} {{ event.words }}.\nCustomer: {{ customer.company }}\nPriority: {{ ticket.priority }}\n\n> {{ reply.text }}"),  # noqa: E501
        _("{{ ticket.number }} {{ customer.company }}: {{ actor.name }} {{ event.words }}\n{{ reply.text }}"),  # noqa: E501
    ),
    Kind.MENTION: Start(
        _("{{ actor.name }} mentioned you in an internal note"),
        _("{{ actor.name }} mentioned you in an internal note.\nCustomer: {{ customer.company }}\nPriority: {{ ticket.priority }}"),  # noqa: E501
        _("{{ ticket.number }} {{ customer.company }}: {{ actor.name }} mentioned you in an internal note"),  # noqa: E501
    ),
    Kind.PROMISE: Start(
        _("{{ ticket.number }}: {{ promise.words }}"),
        _("{{ ticket.number }}: {{ promise.words }}\nDue: {{ promise.due }}\nCustomer: {{ customer.company }}\nPriority: {{ ticket.priority }}"),  # noqa: E501
        _("{{ ticket.number }} {{ customer.company }}: {{ promise.words }}\n({{ promise.due }})"),
    ),
}  # fmt: skip


def shipped_words(kind: str, language: str) -> dict[str, str]:
    """heading, body and sms to begin with, in this language."""
    start = STARTS[Kind(kind)]
    with translation.override(language):
        return {"heading": str(start.heading), "body": str(start.body), "sms": str(start.sms)}


def new_wording(kind: str, language: str) -> Wording:
    """Unsaved words in this language, as shipped."""
    return Wording(kind=kind, language=language, **shipped_words(kind, language))
