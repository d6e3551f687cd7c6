"""What earlier tickets say of each technician, and who speaks how: facts for the ranking."""

from collections import Counter

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import EventRecord
from technicians.ranking import Fact
from tickets.events import TicketReopened
from tickets.models import DONE, Ticket

RECENT = 300  # the newest tickets that count; a desk of ten years answers as fast as a new one
KNOWS_CUSTOMER = 0.6  # of the points; who knows the very device gets all


def language_of(ticket: Ticket) -> str | None:
    """The requester's language when it is not the desk's own, which everybody there speaks."""
    user = ticket.requester.user if ticket.requester else None
    if user is None or _bare(user.locale) == _bare(settings.LANGUAGE_CODE):
        return None
    return user.locale


def who_knows(ticket: Ticket) -> dict[int, Fact]:
    """Technician id -> how often they had this device, or else this customer. One query."""
    earlier = (
        Ticket.objects.filter(customer=ticket.customer_id)
        .exclude(technician=None)
        .exclude(pk=ticket.pk)
        .order_by("-opened_at")
        .values_list("technician_id", "device_id")[:RECENT]
    )
    customer: Counter[int] = Counter()
    device: Counter[int] = Counter()
    for technician_id, device_id in earlier:
        customer[technician_id] += 1
        if ticket.device_id is not None and device_id == ticket.device_id:
            device[technician_id] += 1
    return {
        pk: Fact(1.0, _device_words(device[pk]))
        if pk in device
        else Fact(KNOWS_CUSTOMER, _customer_words(count))
        for pk, count in customer.items()
    }


def past_results(ticket: Ticket) -> dict[int, Fact]:
    """Technician id -> how many of their finished tickets of this category stayed solved.

    Not solved: reopened, or followed by another ticket about the same thing. One more of each is
    counted than there is, so that a single ticket does not make a master. One query.
    """
    if ticket.category_id is None:
        return {}
    reopened = EventRecord.objects.filter(
        subject_type=Ticket._meta.label_lower, subject_id=OuterRef("pk"), name=TicketReopened.name
    )
    finished = (
        Ticket.objects.filter(category=ticket.category_id, status__in=DONE)
        .exclude(technician=None)
        .exclude(pk=ticket.pk)
        .annotate(
            is_followed=Exists(Ticket.objects.filter(follows=OuterRef("pk"))),
            is_reopened=Exists(reopened),
        )
        .order_by("-pk")
        .values_list("technician_id", "is_followed", "is_reopened")[:RECENT]
    )
    all_of, good_of = Counter[int](), Counter[int]()
    for technician_id, is_followed, is_reopened in finished:
        all_of[technician_id] += 1
        good_of[technician_id] += not (is_followed or is_reopened)
    return {
        pk: Fact((good_of[pk] + 1) / (count + 2), _result_words(good_of[pk], count))
        for pk, count in all_of.items()
    }


def _bare(code: str) -> str:
    return code.partition("-")[0].lower()


def _device_words(count: int) -> str:
    words = ngettext(
        "knows this device from %(count)s ticket", "knows this device from %(count)s tickets", count
    )
    return words % {"count": count}


def _customer_words(count: int) -> str:
    words = ngettext(
        "knows this customer from %(count)s ticket",
        "knows this customer from %(count)s tickets",
        count,
    )
    return words % {"count": count}


def _result_words(good: int, count: int) -> str:
    return _("%(good)s of %(count)s like this stayed solved") % {"good": good, "count": count}
