"""Two tickets about one matter become one, and can be parted again.

A merged ticket is closed and names the one that took its words. What people see of the other
keeps its state. Work logs are append-only: they stay, and are read on the ticket they were
written for. A closed ticket takes no new words, so it is neither source nor target.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.models import Contact
from tickets.actions.clocks import record
from tickets.actions.locks import links_one_at_a_time, lock_all
from tickets.actions.merged_links import bring_links, take_links_back
from tickets.actions.merged_people import bring_along, hand_on_tags, take_back
from tickets.actions.opening import check_belongs, save
from tickets.actions.unsent import carry_over
from tickets.errors import CannotMerge, CannotUndoMerge, OtherCustomer
from tickets.events import MergeReceived, MergeUndone, TicketMerged
from tickets.models import Merge, Message, Status, Ticket, TicketFile

SOURCE_FIELDS = ("status", "resolution", "resolved_at", "wakes_at", "wakes_open")
TARGET_FIELDS = ("requester_id", "touched_at", "last_customer_at", "last_staff_at")


@transaction.atomic
def merge_many(
    sources: Sequence[Ticket],
    into: Ticket,
    *,
    requester: Contact | None,
    actor: Any,
    across: bool = False,
) -> Ticket:
    """Merge each of the sources, all or none. Raises what merge_tickets raises."""
    links_one_at_a_time()
    lock_all([*sources, into])
    for source in sources:
        into = merge_tickets(source, into, requester=requester, actor=actor, across=across)
    return into


@transaction.atomic
def merge_tickets(
    source: Ticket, into: Ticket, *, requester: Contact | None, actor: Any, across: bool = False
) -> Ticket:
    """Move the words and files of one ticket to another and close it; returns the other.

    requester: who it is about from now on, of the target's customer; None leaves whoever it is.
    across: the two may belong to different customers. Raises CannotMerge, OtherCustomer and
    RequesterOfAnotherCustomer.
    """
    links_one_at_a_time()
    rows = lock_all([source, into])
    source, into = rows[source.pk], rows[into.pk]
    _check(source, into, across=across)
    check_belongs(into.customer, None, requester)
    kept = Merge(source=source, target=into, merged_at=timezone.now())
    kept.merged_by = actor if getattr(actor, "pk", None) else None
    kept.before = {"source": _values(source, SOURCE_FIELDS), "target": _values(into, TARGET_FIELDS)}
    carry_over(source, into)
    asked_before = into.requester
    _take_over(into, source, requester)
    brought = bring_along(source, into, asked_before=asked_before)
    brought["links"] = bring_links(source, into, actor=actor)
    kept.after = {"target": _values(into, TARGET_FIELDS), "brought": brought}
    _move_words(kept, source, into)
    _close(source, into, kept.merged_at)
    save(into, *TARGET_FIELDS)
    said = TicketMerged(into_id=into.pk, into=into.reference)
    record(said, subject=source, actor=actor)
    record(MergeReceived(source_id=source.pk, source=source.reference), subject=into, actor=actor)
    return into


@transaction.atomic
def undo_merge(source: Ticket, *, actor: Any) -> Ticket:
    """Put everything back where it was; what was written since stays on the other ticket.

    What was split off or moved on since stays where somebody put it: that decision came later.
    Raises CannotUndoMerge: not merged (any more), the other is merged itself, or words are gone.
    """
    kept = _merge_of(source)
    links_one_at_a_time()
    rows = lock_all([kept.source, kept.target])
    kept = _merge_of(source)  # as it stands now that nobody else can change it
    source, target = rows[kept.source_id], rows[kept.target_id]
    if target.merged_into_id:
        raise CannotUndoMerge(
            _("%(number)s has been merged itself since. Undo that first.")
            % {"number": target.reference}
        )
    _move_back(kept, source, target)
    for name, value in kept.before["source"].items():
        setattr(source, name, _read(name, value))
    source.closed_at = source.merged_into = source.merged_at = None
    save(source, *SOURCE_FIELDS, "closed_at", "merged_into", "merged_at")
    _give_back(kept, target)
    brought = dict(kept.after.get("brought", {}))
    brought["tags"] = hand_on_tags(kept, brought.get("tags", []))
    take_back(target, brought)
    take_links_back(source, target, brought.get("links", []), actor=actor)
    kept.undone_at = timezone.now()
    kept.save(update_fields=["undone_at", "report"])
    for here, other in ((source, target), (target, source)):
        said = MergeUndone(other_id=other.pk, other=other.reference)
        record(said, subject=here, actor=actor)
    return source


def final_target(ticket: Ticket, *, same_customer: bool = False) -> Ticket:
    """The ticket that has the words now: the end of the chain of merges, or itself.

    same_customer: stop before a ticket of another customer. A ring, which the rules above make
    impossible, ends where it began.
    """
    seen, at = {ticket.pk}, ticket
    while at.merged_into_id and at.merged_into_id not in seen:
        following = Ticket.objects.get(pk=at.merged_into_id)
        if same_customer and following.customer_id != ticket.customer_id:
            break
        seen.add(following.pk)
        at = following
    return at


def lock_final(ticket: Ticket, *, same_customer: bool = False) -> Ticket:
    """Where new words for the ticket go, locked. A merge that comes in between is followed, too."""
    ticket.refresh_from_db(fields=["merged_into"])
    while True:
        end = final_target(ticket, same_customer=same_customer)
        rows = lock_all([ticket, end])
        if final_target(rows[ticket.pk], same_customer=same_customer).pk == end.pk:
            return rows[end.pk]
        ticket = rows[ticket.pk]


def _check(source: Ticket, into: Ticket, *, across: bool) -> None:
    if source.pk == into.pk:
        raise CannotMerge(_("A ticket cannot be merged into itself."))
    for ticket in (source, into):
        words = {"number": ticket.reference}
        if ticket.merged_into_id:
            words["into"] = final_target(ticket).reference
            raise CannotMerge(_("%(number)s is merged into %(into)s already.") % words)
        if ticket.status == Status.CLOSED:
            raise CannotMerge(_("%(number)s is closed for good and takes no new words.") % words)
    if source.is_live and into.status == Status.RESOLVED:  # nobody would look at it any more
        raise CannotMerge(
            _("%(into)s is resolved, %(number)s is not. Reopen it first, or merge the other way "
              "round.") % {"into": into.reference, "number": source.reference}
        )  # fmt: skip
    visit = source.booking
    if visit and visit.cancelled_at is None and visit.ends_at > timezone.now():
        raise CannotMerge(
            _("A visit is booked for %(number)s. Cancel it first, or merge the other way round.")
            % {"number": source.reference}
        )
    if source.customer_id != into.customer_id and not across:
        raise OtherCustomer


def _take_over(into: Ticket, source: Ticket, requester: Contact | None) -> None:
    """What the words that arrive say about the ticket that gets them."""
    into.requester = requester or into.requester
    into.touched_at = into.touched_at or source.touched_at
    for name in ("last_customer_at", "last_staff_at"):
        moments = [at for at in (getattr(into, name), getattr(source, name)) if at]
        setattr(into, name, max(moments, default=None))


def _move_words(kept: Merge, source: Ticket, into: Ticket) -> None:
    """Messages, files and the report; the report becomes a message of the target."""
    messages = list(source.messages.values_list("pk", flat=True))
    files = list(source.files.filter(message=None).values_list("pk", flat=True))
    kept.report = Message.objects.create(
        ticket=into,
        author=source.requester.user if source.requester else None,
        author_name=str(source.requester or source.customer)[:150],
        is_from_customer=True,
        body=source.description,
        created_at=source.opened_at,
    )
    kept.moved = len(messages) + len(files)
    kept.save()
    kept.messages.set(messages)
    kept.files.set(files)
    source.messages.update(ticket=into)
    TicketFile.objects.filter(pk__in=files).update(message=kept.report)
    source.files.update(ticket=into)


def _close(source: Ticket, into: Ticket, now: datetime) -> None:
    """The customer reads the resolution: the number only when the other ticket is theirs."""
    if not source.resolution:
        source.resolution = gettext("We deal with this in another ticket.")
        if source.customer_id == into.customer_id:
            source.resolution = gettext("We deal with this in %(number)s.") % {
                "number": into.reference
            }
    source.resolved_at = source.resolved_at or now
    source.status, source.closed_at = Status.CLOSED, now
    source.wakes_at, source.wakes_open = None, False
    source.merged_into, source.merged_at = into, now
    save(source, *SOURCE_FIELDS, "closed_at", "merged_into", "merged_at")


def _merge_of(source: Ticket) -> Merge:
    rows = Merge.objects.select_related("source", "target", "report")
    kept = rows.filter(source=source, undone_at=None).first()
    if kept is None:
        raise CannotUndoMerge(_("This ticket is not merged any more."))
    return kept


def _move_back(kept: Merge, source: Ticket, target: Ticket) -> None:
    """Raises CannotUndoMerge when words or files are gone for good."""
    if kept.report is None or kept.messages.count() + kept.files.count() != kept.moved:
        raise CannotUndoMerge(
            _("Some of what was merged has been deleted since, so it cannot be put back.")
        )
    files = kept.files.filter(ticket=target)
    keys = list(kept.messages.filter(ticket=target).values_list("pk", flat=True))
    TicketFile.objects.filter(message__in=keys).update(ticket=source)
    Message.objects.filter(pk__in=keys).update(ticket=source)
    files.update(ticket=source, message=None)
    report, kept.report = kept.report, None
    if report.ticket_id == target.pk:  # else it is among the words of a third ticket by now
        report.delete()


def _give_back(kept: Merge, target: Ticket) -> None:
    """What the merge set and nobody changed since is as it was before."""
    now, before = _values(target, TARGET_FIELDS), dict(kept.before["target"])
    person = before["requester_id"]
    if person and not target.customer.contacts.filter(pk=person).exists():
        del before["requester_id"]  # has left since, or went to another customer
    for name, value in before.items():
        if now[name] == kept.after["target"][name]:
            setattr(target, name, _read(name, value))
    save(target, *TARGET_FIELDS)


def _values(ticket: Ticket, names: Iterable[str]) -> dict[str, Any]:
    found = {name: getattr(ticket, name) for name in names}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in found.items()
    }


def _read(name: str, value: Any) -> Any:
    return parse_datetime(value) if name.endswith("_at") and value else value
