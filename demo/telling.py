"""Tells one ticket from its report to where it stands: messages, work and events in order."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from demo.scene import ZONE, Clock, Scene, quarter
from servicelogs.models import LogKind, ServiceLog
from tickets import events
from tickets.models import Message, MessageKind, Status, Ticket, TicketChannel

AUTO_CLOSE_DAYS = 7
CLOSINGS = (
    "",
    "",
    "",
    "",
    "\n\nThanks",
    "\n\nThank you",
    "\n\nMany thanks\n{first}",
    "\n\nBest wishes\n{first}",
    "\n\nPlease help!",
)
WORKS = (
    "It works again, thank you so much for the quick help!",
    "Just tried it, all good now. Thanks {tech}.",
    "Perfect, that did it.",
    "Works. You have saved our day.",
    "Thanks, everybody here is happy again.",
)
BACK_AGAIN = (
    "Sorry to say, it is back this morning. Exactly the same.",
    "It worked for a day, now we have the same again.",
    "Unfortunately it has started again after lunch.",
)
ARRANGE = (
    "Hi {first}, I can come on {day} at {hour}, it takes about {minutes} minutes. Somebody should be there to let me in.",
    "Hello {first}, this needs somebody on site. {tech} can be with you on {day} at {hour}. If that does not suit, just answer this message.",
)
ON_HOLD = "Part ordered, the supplier says two working days. Told {first} by phone."
HELLO_AGAIN = "Hello {first}, thank you for letting us know, I have taken it up again and will look at it now."


@dataclass
class Entry:
    """One thing that happened: its event, or the message or work the event is about."""

    at: datetime
    actor: Any = None
    event: Any = None
    message: Message | None = None
    log: ServiceLog | None = None
    parts: tuple[tuple[str, int], ...] = ()


@dataclass
class Tale:
    """A ticket (not yet stored) and what happened on it, oldest first."""

    ticket: Ticket
    entries: list[Entry] = field(default_factory=list)

    @property
    def ends_at(self) -> datetime:
        return self.entries[-1].at


def tell(scene: Scene, *, now: datetime, **ticket_fields: Any) -> Tale:
    """The ticket's story; hurried if need be, so that nothing lies after now."""
    pace = 1.0
    for _ in range(12):
        tale = _Telling(scene, pace, now, ticket_fields).run()
        if tale.ends_at <= now:
            return tale
        share = (now - scene.opened_at) / (tale.ends_at - scene.opened_at)
        pace = min(pace, 1.0) * share * 0.8
    raise RuntimeError(f"ticket opened at {scene.opened_at} cannot be told until {now}")


class _Telling:
    """One go at it; the same seed gives the same words whatever the pace."""

    def __init__(self, scene: Scene, pace: float, now: datetime, fields: dict[str, Any]) -> None:
        self.scene, self.now = scene, now
        self.rng = Random(scene.seed)
        self.clock = Clock(scene.opened_at, Random(scene.seed + "clock"), pace)
        story = scene.story
        n = scene.report
        self.report = self.rng.randrange(len(story.reports)) if n is None else n
        asks, fixes = story.fits.get(self.report, (None, None))
        self.asks = [int(c) for c in asks] if asks is not None else [*range(len(story.asks))]
        fix_numbers = [int(c) for c in fixes] if fixes is not None else [*range(len(story.fixes))]
        number = self.rng.choice(fix_numbers) if scene.fix is None else scene.fix
        self.fix, self.note = story.fixes[number], (*story.notes, "", "", "")[number]
        self.count = self.rng.choice([40, 60, 80, 120, 200])
        self.tale = Tale(self._ticket(fields))
        self.ticket = self.tale.ticket

    # --- words -------------------------------------------------------------------------------

    def words(self, text: str, **more: str) -> str:
        device, technician = self.scene.device, self.scene.technician
        name = self.scene.requester.name
        return text.format(
            model=device.product.model if device else "computer",
            serial=device.serial if device else "",
            place=device.location[:1].lower() + device.location[1:] if device else "office",
            first=name if name.startswith("Dr ") else name.split(" ")[0],
            tech=str(technician.user).split(" ")[0] if technician else "our technician",
            count=self.count,
            **more,
        )

    def _subject(self) -> str:
        story = self.scene.story
        fitting = [
            text for n, text in enumerate(story.subjects) if n % len(story.reports) == self.report
        ]
        first = fitting[0] if self.scene.report is not None else self.rng.choice(fitting)
        return self.words(first)

    def _ticket(self, fields: dict[str, Any]) -> Ticket:
        scene = self.scene
        self.channel = (
            scene.channel
            or self.rng.choices(
                [
                    TicketChannel.PORTAL,
                    TicketChannel.PHONE,
                    TicketChannel.EMAIL,
                    TicketChannel.CHAT,
                ],
                [48 if scene.requester_user else 12, 26, 22, 4],
            )[0]
        )
        text = self.words(self.scene.story.reports[self.report])
        if self.channel == TicketChannel.PHONE:
            who = scene.requester.name
            text = f"{who} rang: “{text}”"
        else:
            text += self.words(self.rng.choice(CLOSINGS))
        return Ticket(
            channel=self.channel,
            customer=scene.customer,
            requester=scene.requester,
            device=scene.device,
            technician=scene.technician,
            subject=self._subject(),
            description=text,
            priority=scene.priority or self.rng.choice(scene.story.priorities),
            status=Status.OPEN,
            opened_at=scene.opened_at,
            last_customer_at=scene.opened_at,
            **fields,
        )

    # --- small steps -------------------------------------------------------------------------

    def happen(self, event: Any, actor: Any = None) -> None:
        self.tale.entries.append(Entry(self.clock.at, actor, event=event))

    def write(self, text: str, author: Any, kind: str = MessageKind.REPLY) -> None:
        """A message of staff (author: User) or of the customer (None)."""
        by_customer = author is None
        actor = self.scene.requester_user if by_customer else author
        message = Message(
            kind=kind,
            author=actor,
            author_name=str(actor or self.scene.requester),
            is_from_customer=by_customer,
            body=text,
            created_at=self.clock.at,
        )
        self.tale.entries.append(Entry(self.clock.at, actor, message=message))
        if by_customer:
            self.ticket.last_customer_at = self.clock.at
            return
        if kind == MessageKind.REPLY:
            self.ticket.last_staff_at = self.clock.at
        self.touch()

    def touch(self) -> None:
        self.ticket.touched_at = self.ticket.touched_at or self.clock.at

    def move(self, to: Status, actor: Any) -> None:
        before = Status(self.ticket.status)
        self.ticket.status = to
        self.happen(
            events.StatusChanged(
                from_status=before, to_status=to, from_name=str(before.label), to_name=str(to.label)
            ),
            actor,
        )

    @property
    def helper(self) -> Any:
        """The technician's account, or the agent's when nobody has the ticket."""
        technician = self.scene.technician
        return technician.user if technician else self.scene.agent

    def sign(self, author: Any) -> str:
        return f"\n\nKind regards\n{author.get_short_name()}"

    # --- the story ---------------------------------------------------------------------------

    def run(self) -> Tale:
        until = self.scene.until
        self.open()
        if until in ("new", "assigned"):
            return self.tale
        self.talk(stop_waiting=until == "waiting")
        if until in ("open", "waiting"):
            return self.tale
        self.accept()
        if until in ("accepted", "visit"):
            self.arrange()
            return self.tale
        if until == "on_hold" or (self.fix.parts and self.rng.random() < 0.15):
            self.hold()
            if until == "on_hold":
                return self.tale
        self.work()
        if self.rng.random() < 0.06 and self.scene.until == "closed":
            self.come_back()
        if until == "closed":
            self.close()
        return self.tale

    def open(self) -> None:
        scene = self.scene
        by = scene.agent if self.channel == TicketChannel.PHONE else scene.requester_user
        category = self.ticket.category
        self.happen(
            events.TicketOpened(
                channel=self.channel,
                channel_name=str(TicketChannel(self.channel).label),
                customer_id=scene.customer.pk,
                device_id=scene.device.pk if scene.device else None,
                category_id=category.pk if category else None,
            ),
            by,
        )
        if scene.technician is None:
            return
        self.clock.later(0, 2 if scene.is_automatic else 25, any_time=True)
        if not scene.is_automatic:
            self.touch()
        self.happen(
            events.TicketAssigned(
                from_id=None,
                to_id=scene.technician.pk,
                to_name=str(scene.technician),
                is_automatic=scene.is_automatic,
                why=scene.why,
                is_taken=scene.technician.user_id == scene.agent.pk,
            ),
            None if scene.is_automatic else scene.agent,
        )

    def talk(self, *, stop_waiting: bool) -> None:
        """A question, often an answer, sometimes a note for colleagues."""
        story = self.scene.story
        urgent = self.ticket.priority == 1
        must_write = stop_waiting or self.scene.until == "open"
        if self.asks and (must_write or urgent or self.rng.random() < 0.8):
            n = self.rng.choice(self.asks)
            author = self.scene.agent if self.rng.random() < 0.5 else self.helper
            self.clock.later(4, 25 if urgent else 110)
            self.write(self.words(story.asks[n]) + self.sign(author), author)
            waits = stop_waiting or self.rng.random() < 0.5
            if waits:
                self.move(Status.WAITING, author)
            if stop_waiting:
                return
            self.clock.later(6, 45 if urgent else 260)
            self.write(self.words(story.answers[n]), None)
            if waits:
                self.move(Status.OPEN, self.scene.requester_user)
        elif must_write:
            self.clock.later(10, 60)
            self.write(
                self.words(
                    "Hello {first}, when may we ring you about this? A time today or tomorrow is fine."
                )
                + self.sign(self.helper),
                self.helper,
            )
            if stop_waiting:
                self.move(Status.WAITING, self.helper)
            return
        if self.note and self.rng.random() < 0.6:
            self.clock.later(3, 40)
            self.write(self.words(self.note), self.helper, MessageKind.NOTE)

    def accept(self) -> None:
        technician = self.scene.technician
        self.clock.later(3, 60)
        self.touch()
        self.ticket.accepted_at = self.clock.at
        if technician:
            self.happen(
                events.TicketAccepted(technician_id=technician.pk, technician_name=str(technician)),
                self.helper,
            )
        self.move(Status.IN_PROGRESS, self.helper)

    def arrange(self) -> None:
        """A visit that is booked; one under way has begun."""
        if self.scene.visit is None or self.scene.technician is None:
            return
        start, end = self.scene.visit
        self.clock.later(2, 20)
        self.book(start, end)
        if start <= self.now and self.scene.technician:
            self.clock.at = max(self.clock.at, start - timedelta(minutes=22))
            self.set_off(18)
            self.clock.at = max(self.clock.at, start + timedelta(minutes=3))
            self.begin()

    def book(self, start: datetime, end: datetime) -> None:
        technician = self.scene.technician
        local = start.astimezone(ZONE)
        if self.rng.random() < 0.7:
            text = self.rng.choice(ARRANGE)
            day = f"{local:%A} {local.day} {local:%B}"
            minutes = str(round((end - start).total_seconds() / 60))
            self.write(
                self.words(text, day=day, hour=f"{local:%H:%M}", minutes=minutes)
                + self.sign(self.helper),
                self.helper,
            )
        self.happen(
            events.VisitBooked(
                technician_id=technician.pk,
                technician_name=str(technician),
                starts_at=start.isoformat(),
                ends_at=end.isoformat(),
            ),
            self.helper,
        )

    def set_off(self, minutes: int) -> None:
        technician = self.scene.technician
        self.ticket.on_my_way_at = self.clock.at
        self.happen(
            events.TechnicianOnTheWay(
                technician_id=technician.pk,
                technician_name=str(technician),
                travel_minutes=minutes,
            ),
            self.helper,
        )

    def begin(self) -> None:
        self.ticket.started_at = self.clock.at
        self.happen(events.WorkStarted(technician_id=self.scene.technician.pk), self.helper)

    def hold(self) -> None:
        self.clock.later(10, 50)
        self.write(self.words(ON_HOLD), self.helper, MessageKind.NOTE)
        self.move(Status.ON_HOLD, self.helper)
        if self.scene.until == "on_hold":
            return
        self.clock.later(1500, 4200)
        self.move(Status.IN_PROGRESS, self.helper)

    def work(self) -> None:
        """The work itself, its entry in the log, and the resolution."""
        fix = self.fix
        minutes = self.rng.randint(*fix.minutes)
        if fix.how == LogKind.VISIT:
            before = self.clock.at
            start = (
                quarter(self.clock.later(150, 2400))
                if self.clock.pace == 1
                else self.clock.later(150, 2400)
            )
            self.clock.at = before + (start - before) * 0.01
            self.book(start, start + timedelta(minutes=45))
            self.clock.at = start - timedelta(minutes=15) * self.clock.pace
            self.set_off(self.rng.randint(6, 40))
            self.clock.at = start
        else:
            self.clock.later(4, 200)
        self.begin()
        self.log(minutes)
        if self.rng.random() < 0.35:
            self.clock.later(3, 90)
            self.write(self.words(self.rng.choice(WORKS)), None)
        self.resolve()

    def log(self, minutes: int) -> None:
        started = self.clock.at
        spent = timedelta(minutes=minutes) * self.clock.pace
        self.clock.at = started + spent
        entry = ServiceLog(
            technician=self.scene.technician,
            author=self.helper,
            author_name=str(self.helper),
            kind=self.fix.how,
            done=self.words(self.fix.done),
            minutes=minutes,
            started_at=started,
            ended_at=self.clock.at,
            created_at=self.clock.at,
        )
        self.touch()
        self.tale.entries.append(Entry(self.clock.at, self.helper, log=entry, parts=self.fix.parts))

    def resolve(self) -> None:
        self.clock.later(1, 15)
        ticket, before = self.ticket, Status(self.ticket.status)
        if self.rng.random() < 0.6:
            text = self.words(
                "Hello {first}, "
                + _lower(self.fix.resolution)
                + " Please tell us if anything is left."
            )
            self.write(text + self.sign(self.helper), self.helper)
        ticket.status, ticket.resolved_at = Status.RESOLVED, self.clock.at
        ticket.resolution = self.words(self.fix.resolution)
        self.happen(events.TicketResolved(from_status=before), self.helper)

    def come_back(self) -> None:
        """The customer writes that it is not solved; a second go."""
        self.clock.later(900, 4000)
        self.write(self.words(self.rng.choice(BACK_AGAIN)), None)
        self.ticket.status, self.ticket.resolved_at, self.ticket.resolution = Status.OPEN, None, ""
        self.happen(events.TicketReopened(by_customer=True), self.scene.requester_user)
        self.clock.later(10, 120)
        self.write(self.words(HELLO_AGAIN) + self.sign(self.helper), self.helper)
        self.accept()
        self.work()

    def close(self) -> None:
        due = self.clock.at + timedelta(days=AUTO_CLOSE_DAYS)
        if due <= self.now and self.rng.random() < 0.6:
            self.clock.at = due + timedelta(minutes=self.rng.randint(0, 59))
            why, by_customer, actor = f", {AUTO_CLOSE_DAYS} days after it was resolved", False, None
        else:
            self.clock.later(20, 2600, any_time=True)
            why, by_customer = "", self.scene.requester_user is not None
            actor = self.scene.requester_user or self.scene.agent
        self.ticket.status, self.ticket.closed_at = Status.CLOSED, self.clock.at
        self.happen(events.TicketClosed(by_customer=by_customer, why=why), actor)


def _lower(text: str) -> str:
    """First letter small, unless it begins with a name or abbreviation."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
