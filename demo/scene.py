"""What a ticket is about, before it is told, and the clock it is told by."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from accounts.models import User
from customers.models import Contact, Customer
from demo.stories import Story
from devices.models import Device
from technicians.models import Technician

ZONE = ZoneInfo("Europe/London")
OPENS, CLOSES = time(8, 30), time(17, 30)


@dataclass
class Scene:
    """Everything that is settled before the telling.

    until: how far it gets: new, assigned, open, accepted, visit, waiting, on_hold, resolved or
    closed. visit: (start, end) of a booked visit still to come or under way.
    report: index of the story's report, None = any of them.
    """

    story: Story
    customer: Customer
    requester: Contact
    requester_user: User | None
    device: Device | None
    agent: User
    technician: Technician | None
    opened_at: datetime
    until: str
    seed: str
    report: int | None = None
    fix: int | None = None
    priority: int | None = None
    visit: tuple[datetime, datetime] | None = None
    channel: str = ""
    is_automatic: bool = True
    why: str = ""


@dataclass
class Clock:
    """Time as it passes on a ticket. pace < 1 hurries, and then nights do not count either."""

    at: datetime
    rng: Random
    pace: float = 1.0

    def later(self, least: int, most: int, *, any_time: bool = False) -> datetime:
        """Go on by so many minutes, then to the next moment the desk is open."""
        self.at += (
            timedelta(minutes=self.rng.randint(least, most), seconds=self.rng.randint(0, 59))
            * self.pace
        )
        if self.pace == 1.0 and not any_time:
            self.at = next_open(self.at, self.rng)
        return self.at


def next_open(at: datetime, rng: Random) -> datetime:
    """The moment itself when the desk is open, else some time in the next open morning."""
    local = at.astimezone(ZONE)
    if local.weekday() < 5 and OPENS <= local.time() <= CLOSES:
        return at
    if local.time() > CLOSES:
        local += timedelta(days=1)
    while local.weekday() >= 5:
        local += timedelta(days=1)
    morning = datetime.combine(local.date(), OPENS, ZONE)
    return (morning + timedelta(minutes=rng.randint(2, 100))).astimezone(at.tzinfo)


def quarter(at: datetime) -> datetime:
    """The next quarter of an hour: visits are not booked for 09:24."""
    return at.replace(minute=0, second=0, microsecond=0) + timedelta(
        minutes=15 * (at.minute // 15 + 1)
    )
