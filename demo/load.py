"""Writes the demo company: people and devices, then the tickets in batches.

Like an import it writes rows directly, with times of the past, and events that count as
dispatched: no mail goes out, no technician is searched. All or nothing.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import models, transaction
from django.db.models.functions import Greatest

from core.events import DomainEvent
from core.models import EventRecord
from customers.events import CustomerCreated
from customers.models import Customer
from demo.estate import Estate, make_estate
from demo.keeping import keep_habits, mark_tickets
from demo.library import make_library
from demo.plan import TICKETS_PER_SCALE, Planner
from demo.promises import make_promises
from demo.scene import Scene
from demo.staff import Accounts, Staff, make_staff
from demo.telling import Entry, Tale, tell
from devices.events import DeviceRegistered
from devices.models import Device
from knowledgebase.events import ArticlePublished
from servicelogs.events import WorkLogged
from servicelogs.models import PartUsed, ServiceLog
from technicians.models import Booking, Technician
from technicians.ranking import Ranking, Weights, rank
from tickets import events
from tickets.actions.assignment import needs_of
from tickets.actions.search import refresh_vocabulary
from tickets.models import DispatchDecision, Message, MessageKind, Ticket

BATCH = 1000
RANKED = 60  # newest tickets whose technician the real ranking chooses, and explains
FIXED = ("visit", "new")  # where the plan has settled who comes
TALKED = ("open", "waiting")  # nobody has been sent: the agent who answers may own it


@transaction.atomic
def load_demo(
    *, now: datetime, scale: int = 1, seed: int = 1, tell_progress: Callable[[int], Any] = int
) -> dict[str, int]:
    """Store the company as it stands at `now`; returns counts by noun.

    tell_progress is called with the number of tickets of each batch.
    """
    rng = Random(seed)
    accounts = Accounts()
    staff = make_staff(accounts, today=now)
    estate = make_estate(accounts, rng, scale=scale, today=now)
    _record_beginnings(staff, estate, now)
    planner = Planner(staff, estate, now, seed)
    scenes = planner.scenes(TICKETS_PER_SCALE * scale)
    chooser = _Chooser(staff, Random(f"{seed} choice"))
    ranked = {id(scene) for scene in [s for s in scenes if s.until != "closed"][-RANKED:]}
    for start in range(0, len(scenes), BATCH):
        batch = scenes[start : start + BATCH]
        rankings = [chooser.choose(scene) if id(scene) in ranked else None for scene in batch]
        tales = [_tell(scene, staff, now) for scene in batch]
        _store(tales, batch)
        _explain(tales, batch, rankings)
        tell_progress(len(batch))
    kept, happened = keep_habits(staff, now=now)
    EventRecord.objects.bulk_create(
        event_row(said, subject, actor=actor, at=at)
        for said, subject, actor, at in [*happened, *mark_tickets(kept)]
    )
    _set_times()
    at = now - timedelta(days=600)
    EventRecord.objects.bulk_create(
        event_row(events.SlaPolicyCreated(title=made.name), made, actor=staff.manager, at=at)
        for made in make_promises(now=now)
    )
    EventRecord.objects.bulk_create(
        event_row(
            ArticlePublished(made.visibility), made, actor=made.owner, at=made.published_at or now
        )
        for made in make_library([staff.manager, *staff.agents], now=now)
    )
    refresh_vocabulary()
    return {
        "technicians": len(staff.technicians),
        "customers": len(estate.customers),
        "devices": len(estate.devices),
        "tickets": len(scenes),
    }


class _Chooser:
    """Lets the real ranking choose the technician, with the work given out so far."""

    def __init__(self, staff: Staff, rng: Random) -> None:
        self.staff, self.rng = staff, rng
        self.work: Counter[int] = Counter()

    def choose(self, scene: Scene) -> Ranking | None:
        """None where an agent took the ticket: nobody was ranked."""
        category = self.staff.categories[scene.story.category]
        if scene.until in TALKED and not category.is_onsite and self.rng.random() < 0.6:
            scene.technician, scene.is_automatic = self.staff.desk[scene.agent.pk], False
            return None
        asked = Ticket(customer=scene.customer, category=category, device=scene.device, priority=3)
        ranking = rank(
            needs_of(asked, now=scene.opened_at), weights=Weights(), load=dict(self.work)
        )
        if scene.until not in FIXED and ranking.candidates:
            others = len(ranking.candidates) > 1 and self.rng.random() < 0.12
            chosen = ranking.candidates[1 if others else 0]
            scene.technician = self._technician(chosen.technician_id)
        if scene.technician is not None:
            scene.is_automatic = (
                ranking.best is not None and ranking.best.technician_id == scene.technician.pk
            )
            found = _candidate(ranking, scene.technician.pk)
            scene.why = f" (score {round(found.score)}: {found.reason})" if found else ""
            self.work[scene.technician.pk] += scene.until != "resolved"
        return ranking

    def _technician(self, pk: int) -> Technician:
        return next(one for one in self.staff.technicians if one.pk == pk)


def _candidate(ranking: Ranking, technician_id: int) -> Any:
    return next((c for c in ranking.candidates if c.technician_id == technician_id), None)


def _tell(scene: Scene, staff: Staff, now: datetime) -> Tale:
    category = staff.categories[scene.story.category]
    return tell(scene, now=now, category=category, team_id=category.team_id)


def _store(tales: list[Tale], scenes: list[Scene]) -> None:
    """Bookings, tickets, messages, work with its parts, and all events in order of time."""
    for tale, scene in zip(tales, scenes, strict=True):
        if scene.visit:
            start, end = scene.visit
            tale.ticket.booking = Booking.objects.create(
                technician=scene.technician,
                starts_at=start,
                ends_at=end,
                purpose=tale.ticket.subject,
            )
    Ticket.objects.bulk_create([tale.ticket for tale in tales])
    told = [(tale.ticket, entry) for tale in tales for entry in tale.entries]
    for ticket, entry in told:
        for row in (entry.message, entry.log):
            if row is not None:
                row.ticket = ticket
    Message.objects.bulk_create([e.message for _, e in told if e.message], batch_size=BATCH)
    ServiceLog.objects.bulk_create([e.log for _, e in told if e.log], batch_size=BATCH)
    PartUsed.objects.bulk_create(
        PartUsed(log=entry.log, name=name, quantity=quantity)
        for _, entry in told
        for name, quantity in entry.parts
    )
    records = [
        event_row(_event_of(entry), ticket, actor=entry.actor, at=entry.at)
        for ticket, entry in told
    ]
    records.sort(key=lambda row: row.occurred_at)
    EventRecord.objects.bulk_create(records, batch_size=BATCH)


def _event_of(entry: Entry) -> DomainEvent:
    if entry.message is not None:
        if entry.message.kind == MessageKind.NOTE:
            return events.NoteAdded(message_id=entry.message.pk)
        kind = events.CustomerReplied if entry.message.is_from_customer else events.StaffReplied
        return kind(message_id=entry.message.pk)
    if entry.log is not None:
        return WorkLogged(log_id=entry.log.pk, minutes=entry.log.minutes)
    return entry.event


def event_row(
    happened: DomainEvent, subject: models.Model, *, actor: Any, at: datetime
) -> EventRecord:
    """An event of the past that nobody is told about: it counts as dispatched."""
    return EventRecord(
        name=happened.name,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        actor=actor,
        actor_name=str(actor) if actor else "",
        payload=asdict(happened),
        occurred_at=at,
        dispatched_at=at,
    )


def _explain(tales: list[Tale], scenes: list[Scene], rankings: list[Ranking | None]) -> None:
    """The decision of each ranked ticket, dated when it was assigned."""
    decisions, dates = [], []
    for tale, scene, ranking in zip(tales, scenes, rankings, strict=True):
        if ranking is None or scene.technician is None:
            continue
        found = _candidate(ranking, scene.technician.pk)
        decisions.append(
            DispatchDecision(
                ticket=tale.ticket,
                technician=scene.technician,
                is_automatic=scene.is_automatic,
                score=found.score if found else None,
                summary=scene.why.strip(" ()")[:400],
                ranking=ranking.to_json(),
            )
        )
        dates.append(tale.entries[1].at)
    DispatchDecision.objects.bulk_create(decisions)
    for decision, at in zip(decisions, dates, strict=True):
        decision.created_at = at
    DispatchDecision.objects.bulk_update(decisions, ["created_at"])


def _record_beginnings(staff: Staff, estate: Estate, now: datetime) -> None:
    """That the customers and devices were entered, so that their histories begin."""
    at = now - timedelta(days=600)
    rows = [
        event_row(CustomerCreated(), one, actor=staff.manager, at=at) for one in estate.customers
    ]
    rows += [
        event_row(
            DeviceRegistered(customer_id=one.customer_id),
            one,
            actor=staff.agents[0],
            at=at + timedelta(days=10),
        )
        for one in estate.devices
    ]
    EventRecord.objects.bulk_create(rows, batch_size=BATCH)


def _set_times() -> None:
    """When rows were made and last changed; Django had put the present there."""
    Ticket.objects.update(
        created_at=models.F("opened_at"),
        updated_at=Greatest(
            "opened_at", "touched_at", "accepted_at", "started_at", "resolved_at", "closed_at",
            "last_customer_at", "last_staff_at",
        ),
    )  # fmt: skip
    Customer.objects.update(updated_at=models.F("created_at"))
    Device.objects.update(updated_at=models.F("created_at"))
