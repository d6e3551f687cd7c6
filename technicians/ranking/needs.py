"""What a job asks for, and how much each part of a score may weigh."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime

EXTRA = ("familiar", "results", "language", "team")  # parts that count when a job brings them


@dataclass(frozen=True)
class Fact:
    """Something the app above knows of one technician for this job: how good, 0 to 1, in words."""

    share: float
    words: str


@dataclass(frozen=True)
class JobNeeds:
    """What a job asks for.

    skills: id -> least level (1 to 5). place: (latitude, longitude) in degrees. minutes: > 0.
    onsite: somebody has to go there.
    language: code such as "de", a wish: who speaks it earns points. Only language_required makes
    it a demand, and then who does not speak it is out.
    team_id: people of this team are preferred; the others stay possible, so that a small team's
    holidays stop no ticket.
    familiar: technician id -> what they know of this customer or device; the others know nothing.
    results: technician id -> how their past jobs of this kind went; the others have none yet.
    """

    skills: dict[int, int]
    place: tuple[float, float] | None
    postcode: str
    onsite: bool
    minutes: int
    language: str | None
    priority: int
    customer_id: int
    device_id: int | None
    now: datetime
    language_required: bool = False
    team_id: int | None = None
    familiar: Mapping[int, Fact] = field(default_factory=dict)
    results: Mapping[int, Fact] = field(default_factory=dict)

    @property
    def spoken(self) -> str:
        """The bare code of the language: "de" of "de-AT"; "" when none is asked for."""
        return (self.language or "").partition("-")[0].lower()

    @property
    def area_code(self) -> str:
        """The postcode as service areas write it: upper case, no spaces."""
        return "".join(self.postcode.split()).upper()


@dataclass(frozen=True)
class Weights:
    """How much each part counts, one against the other.

    The first four are asked for by every job. The others count only when the job brings them,
    and then all of them together are scaled to 100.
    """

    skills: int = 40
    distance: int = 25
    availability: int = 20
    load: int = 15
    familiar: int = 10
    results: int = 10
    language: int = 10
    team: int = 10

    def points(self, needs: JobNeeds) -> dict[str, int]:
        """Points each part can give for this job: whole numbers that add up to 100.

        Rounded down first; what is missing goes to the parts that lost most.
        """
        asked = {part: getattr(self, part) for part in _asked(needs)}
        total = sum(asked.values())
        if not total:
            return dict.fromkeys(asked, 0)
        points = {part: weight * 100 // total for part, weight in asked.items()}
        lost = sorted(asked, key=lambda part: -(asked[part] * 100 % total))
        for part in lost[: 100 - sum(points.values())]:
            points[part] += 1
        return points


def _asked(needs: JobNeeds) -> list[str]:
    brought = dict(
        zip(
            EXTRA,
            (needs.familiar, needs.results, needs.spoken, needs.team_id is not None),
            strict=True,
        )
    )
    return [part.name for part in fields(Weights) if brought.get(part.name, True)]
