"""Decides which tickets there are: whose, about what, when, and how far they got."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from random import Random

from customers.models import Customer
from demo.estate import KNOWN_DEVICES, Estate
from demo.scene import ZONE, Scene, next_open
from demo.staff import Staff
from demo.stories import STORIES, Story
from devices.models import Device, DeviceStatus
from technicians.models import Technician

TICKETS_PER_SCALE = 400
HISTORY_DAYS = 548
STORY = {story.key: story for story in STORIES}

# What stands open in the queue, per scale: (until, how many, least and most minutes ago).
LIVE = [
    ("new", 5, 4, 170),
    ("assigned", 6, 8, 240),
    ("open", 9, 120, 3000),
    ("accepted", 8, 240, 5200),
    ("waiting", 7, 600, 8200),
    ("on_hold", 4, 2800, 9000),
    ("resolved", 8, 900, 7200),
]
DAY_AFTER = 24 * 60


@dataclass(frozen=True)
class Known:
    """A ticket everybody sees on the first look at the queue."""

    customer: str
    person: int
    serial: str
    story: str
    report: int
    until: str
    minutes_ago: int
    technician: str = ""
    priority: int = 2
    visit: tuple[int, int, int] | None = None  # days from today, minutes after midnight, length
    fix: int | None = None
    channel: str = "portal"


KNOWN = [
    Known("Brightwell Dental", 0, "KLP420-7F3A-20871", "jam", 0, "visit", 1350, "Joel Becker", 2, (0, 810, 45), 0),
    Known("Brightwell Dental", 1, "KLP420-7F3A-20902", "scan", 0, "waiting", 1700, "Rhys Morgan", 3),
    Known("Casa Verde Hotels", 0, "OT2-88-104537", "cards", 0, "new", 26, "", 1),
    Known("Casa Verde Hotels", 0, "MVX2-7741-0206", "phone", 0, "visit", 2100, "Tomás Ferreira", 3, (1, 660, 45)),
    Known("Solberg Logistics", 0, "CDS4-2231-0098", "raid", 0, "accepted", 190, "Grace Otieno", 1),
    Known("Solberg Logistics", 1, "AL14-G3-77K210", "vpn", 0, "open", 320, "Marco Ruiz", 2),
    Known("Al-Sayed Pharmacy", 0, "KTP80-19-55821", "labels", 0, "new", 41, "", 2, None, None, "phone"),
    Known("Grant Accountancy", 0, "", "starter", 0, "new", 48, "", 3, None, None, "email"),
    Known("Grant Accountancy", 1, "", "starter", 0, "new", 44, "", 3, None, None, "email"),
    Known("Hargreaves & Sons", 0, "HSP15-0F7-33109", "ups", 0, "visit", 1800, "Joel Becker", 3, (0, 885, 30), 0),
    Known("Tanaka Architects", 0, "TAP6E-A1-90412", "wifi", 0, "open", 400, "Dana Whitfield", 3),
    # What happened to the printer before.
    Known("Brightwell Dental", 0, "KLP420-7F3A-20871", "jam", 3, "closed", 31 * DAY_AFTER, "Joel Becker", 2, None, 2),
    Known("Brightwell Dental", 1, "KLP420-7F3A-20871", "jam", 2, "closed", 74 * DAY_AFTER, "Joel Becker", 3, None, 0),
    Known("Brightwell Dental", 0, "KLP420-7F3A-20871", "jam", 1, "closed", 158 * DAY_AFTER, "Joel Becker", 2, None, 1),
]  # fmt: skip
# More visits: (days from today, minutes after midnight, minutes, technician).
VISITS = [
    (0, 600, 60, "Grace Otieno"), (0, 840, 60, "Kasia Nowak"), (0, 930, 30, "Joel Becker"),
    (1, 540, 45, "Joel Becker"), (1, 630, 60, "Grace Otieno"), (1, 870, 45, "Rhys Morgan"),
    (1, 810, 60, "Dana Whitfield"), (2, 600, 60, "Kasia Nowak"), (3, 660, 75, "Imran Sheikh"),
]  # fmt: skip


@dataclass
class Planner:
    """Draws scenes. now: the moment that counts as now; nothing lies after it."""

    staff: Staff
    estate: Estate
    now: datetime
    seed: int
    rng: Random = field(init=False)
    count: int = 0

    def __post_init__(self) -> None:
        self.rng = Random(f"{self.seed} plan")
        self.technicians = {str(one.user): one for one in self.staff.technicians}
        self.reported = {one.pk for one in self.estate.devices[: len(KNOWN_DEVICES)]}
        self.customers = {one.pk: one for one in self.estate.customers}

    def scenes(self, total: int) -> list[Scene]:
        """All scenes, oldest first. total: how many tickets."""
        scale = max(total // TICKETS_PER_SCALE, 1)
        made = [self._known(one) for one in KNOWN]
        made += self._visits()
        for until, number, least, most in LIVE:
            for _ in range(number * scale):
                made.append(self._draw(self._ago(least, most), until))
        made += [self._draw(self._history(), "closed") for _ in range(total - len(made))]
        return sorted(made, key=lambda scene: scene.opened_at)

    # --- when --------------------------------------------------------------------------------

    def _ago(self, least: int, most: int) -> datetime:
        at = self.now - timedelta(minutes=self.rng.randint(least, most))
        if most > 240 and (hour := at.astimezone(ZONE).hour) < 7:
            at -= timedelta(hours=hour + self.rng.randint(5, 9))  # people write before they sleep
        return at

    def _history(self) -> datetime:
        """A moment of the past 18 months, somewhat more often lately, mostly at work."""
        days = HISTORY_DAYS * (1 - max(self.rng.random(), self.rng.random() * 0.8))
        at = self.now - timedelta(days=1 + int(days), minutes=self.rng.randint(0, 1440))
        local = at.astimezone(ZONE)
        if self.rng.random() < 0.92:
            at = next_open(at, self.rng)
            at += timedelta(minutes=self.rng.choice([0, 0, 40, 95, 180, 260, 330]))
        elif local.hour < 7:
            at += timedelta(hours=7)
        return min(at, self.now - timedelta(days=1))

    def _moment(self, days: int, minutes: int) -> datetime:
        local = self.now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
        day = (local + timedelta(days=days)).replace(tzinfo=None)
        return (day + timedelta(minutes=minutes)).replace(tzinfo=ZONE)

    # --- what --------------------------------------------------------------------------------

    def _known(self, one: Known) -> Scene:
        customer = next(c for c in self.estate.customers if c.name == one.customer)
        device = next((d for d in self.estate.devices if d.serial == one.serial), None)
        scene = self._scene(
            STORY[one.story],
            customer,
            device,
            self._ago(one.minutes_ago, one.minutes_ago),
            one.until,
        )
        people = self.estate.people[customer.pk]
        scene.requester = people[one.person]
        scene.requester_user = self.estate.users.get(scene.requester.pk)
        scene.technician = self.technicians.get(one.technician)
        scene.report, scene.fix, scene.priority = one.report, one.fix, one.priority
        scene.channel = one.channel
        if one.visit:
            start = self._moment(*one.visit[:2])
            scene.visit = (start, start + timedelta(minutes=one.visit[2]))
        return scene

    def _visits(self) -> Iterator[Scene]:
        onsite = [s for s in STORIES if s.models and any(f.how == "visit" for f in s.fixes)]
        for days, minutes, length, name in VISITS:
            technician = self.technicians[name]
            for _ in range(400):
                scene = self._draw(self._ago(1200, 6000), "visit", onsite)
                needs = self.staff.needs[scene.story.category]
                if self._able(technician, needs) and reaches(technician, scene.customer):
                    break
                if scene.device is not None:
                    self.reported.discard(scene.device.pk)
            start = self._moment(days, minutes)
            scene.technician = technician
            scene.visit = (start, start + timedelta(minutes=length))
            yield scene

    def _draw(self, opened_at: datetime, until: str, stories: list[Story] | None = None) -> Scene:
        """A story, by weight, and a device it befalls, the troublesome ones more often."""
        choice = stories or STORIES
        for _ in range(60):
            story = self.rng.choices(choice, [one.weight for one in choice])[0]
            if not story.models:
                n = self.rng.choices(range(len(self.estate.customers)), self.estate.sizes)[0]
                return self._scene(story, self.estate.customers[n], None, opened_at, until)
            device = self._device(story, opened_at, until)
            if device is not None:
                return self._scene(
                    story, self.customers[device.customer_id], device, opened_at, until
                )
        raise RuntimeError("no device fits any story")

    def _device(self, story: Story, opened_at: datetime, until: str) -> Device | None:
        model = self.rng.choice(story.models)
        devices = self.estate.by_model.get(model)
        if not devices:
            return None
        for _ in range(8):
            device = self.rng.choice(devices)
            if self.rng.random() * 7 > self.estate.trouble[device.pk] + 1.5:
                continue
            if device.purchased_on >= opened_at.date():
                continue
            if until == "closed":
                return device
            # Nobody reports what is reported already, and nothing that is put away.
            if device.pk not in self.reported and device.status != DeviceStatus.RETIRED:
                self.reported.add(device.pk)
                return device
        return None

    def _scene(
        self, story: Story, customer: Customer, device: Device | None, at: datetime, until: str
    ) -> Scene:
        self.count += 1
        people = self.estate.people[customer.pk]
        weights = [3] + [2] * (len(people) - 1)
        requester = self.rng.choices(people, weights)[0]
        technician = None
        if until != "new":
            technician = self.choose(story, customer)
        return Scene(
            story=story,
            customer=customer,
            requester=requester,
            requester_user=self.estate.users.get(requester.pk),
            device=device,
            agent=self.rng.choice(self.staff.agents),
            technician=technician,
            opened_at=at,
            until=until,
            seed=f"{self.seed} {self.count}",
        )

    # --- who ---------------------------------------------------------------------------------

    def choose(self, story: Story, customer: Customer) -> Technician:
        """Somebody able, preferably skilled and near."""
        needs = self.staff.needs[story.category]
        onsite = self.staff.categories[story.category].is_onsite
        able = [one for one in self.staff.technicians if self._able(one, needs)]
        near = [one for one in able if not onsite or reaches(one, customer)] or able
        weights = []
        for one in near:
            level = sum(self.staff.levels[one.pk].get(skill, 0) for skill in needs)
            distance = kilometres(one.home, customer.place) if onsite else 0.0
            weights.append(level**2 / (1 + distance / 15))
        return self.rng.choices(near, weights)[0]

    def _able(self, technician: Technician, needs: dict[int, int]) -> bool:
        levels = self.staff.levels[technician.pk]
        return all(levels.get(skill, 0) >= least for skill, least in needs.items())


def reaches(technician: Technician, customer: Customer) -> bool:
    """Whether the customer lies in the technician's area."""
    if not technician.works_in_field:
        return False
    postcode = customer.postcode.replace(" ", "")
    if any(postcode.startswith(prefix) for prefix in technician.service_postcodes):
        return True
    radius = technician.service_radius_km
    return radius is not None and kilometres(technician.home, customer.place) <= radius


def kilometres(a: tuple[float, float] | None, b: tuple[float, float] | None) -> float:
    """Along the great circle; 0 when a place is unknown."""
    if a is None or b is None:
        return 0.0
    lat1, lon1, lat2, lon2 = map(radians, (*a, *b))
    h = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371 * asin(sqrt(h))
