"""What a ranking answers: the best with their parts, the others with their reason."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from technicians.ranking.needs import EXTRA
from technicians.ranking.score import Trip, points_of
from technicians.ranking.sieve import Verdict
from technicians.ranking.words import (
    Vocabulary,
    more_words,
    part_title,
    part_words,
    refusal_words,
    verdict_words,
)
from technicians.roster import Person


@dataclass(frozen=True)
class Component:
    """One part of a score: its name, points of a possible number, and why, in words."""

    title: str
    points: Decimal
    of: int
    words: str


@dataclass(frozen=True)
class Excluded:
    """Somebody who cannot do the job; the reason is put into words when it is asked for."""

    person: Person
    verdict: Verdict
    jobs: int
    known: Vocabulary = field(repr=False)

    @property
    def technician_id(self) -> int:
        return self.person.pk

    @property
    def name(self) -> str:
        return self.person.name

    @cached_property
    def reason(self) -> str:
        return refusal_words(self.verdict, self.person, self.jobs, self.known)


@dataclass(frozen=True)
class Candidate:
    """Somebody who can do the job. Words are made when they are asked for: most never are."""

    person: Person
    trip: Trip
    jobs: int
    shares: Mapping[str, float]
    points: Mapping[str, int]  # what each part can give
    known: Vocabulary = field(repr=False)

    @property
    def technician_id(self) -> int:
        return self.person.pk

    @property
    def name(self) -> str:
        return self.person.name

    @property
    def earliest_at(self) -> datetime:
        return self.trip.earliest_at

    @property
    def distance_km(self) -> float | None:
        return self.trip.km

    @property
    def travel_minutes(self) -> int | None:
        return self.trip.minutes

    @cached_property
    def score(self) -> Decimal:
        """The sum of the shown points, out of 100."""
        return sum((points_of(self.shares[p], of) for p, of in self.points.items()), Decimal(0))

    @cached_property
    def components(self) -> dict[str, Component]:
        """skills, distance, availability, load, and what else the job brings."""
        return {
            part: Component(
                title=part_title(part),
                points=points_of(self.shares[part], of),
                of=of,
                words=part_words(part, self.person, self.trip, self.jobs, self.known),
            )
            for part, of in self.points.items()
        }

    @cached_property
    def reason(self) -> str:
        """One line: when free, how far, how skilled, and what speaks for them besides."""
        best = ["availability", "distance", "skills"]
        best += [p for p in self.points if p in EXTRA and self.shares[p] == 1]
        return ", ".join(self.components[part].words for part in best)


@dataclass
class Ranking:
    """The best, in order, and those who cannot, the nearest first; how many more of each.

    able: everybody who can, as far as their calendars were looked at: of those who cannot win
    any more, nobody asked whether a free time is left. counts: everybody who cannot.
    """

    candidates: list[Candidate] = field(default_factory=list)
    excluded: list[Excluded] = field(default_factory=list)
    able: int = 0
    counts: Counter[Verdict] = field(default_factory=Counter)

    @property
    def best(self) -> Candidate | None:
        return self.candidates[0] if self.candidates else None

    @property
    def unable(self) -> int:
        """How many cannot, named or not."""
        return self.counts.total()

    def reasons(self) -> list[tuple[str, int]]:
        """(reason, how many), the most common first; with names and numbers when all are listed."""
        if len(self.excluded) == self.unable:
            return Counter(one.reason for one in self.excluded).most_common()
        return [(verdict_words(verdict), count) for verdict, count in self.counts.most_common()]

    def pass_over(self, declined: Collection[int]) -> None:
        """Move those who declined the job to the excluded; a person may still choose them."""
        refused = [c for c in self.candidates if c.technician_id in declined]
        self.candidates = [c for c in self.candidates if c.technician_id not in declined]
        self.excluded += [Excluded(c.person, Verdict.DECLINED, c.jobs, c.known) for c in refused]
        self.counts[Verdict.DECLINED] += len(refused)
        self.able -= len(refused)

    def to_json(self) -> list[dict[str, Any]]:
        """Plain values for DispatchDecision.ranking; who is not named is counted by reason."""
        rows: list[dict[str, Any]] = [
            {
                "technician_id": one.technician_id,
                "name": one.name,
                "score": float(one.score),
                "reason": one.reason,
                "components": {
                    part: {"points": float(c.points), "of": c.of, "words": c.words}
                    for part, c in one.components.items()
                },
            }
            for one in self.candidates
        ]
        rows += [_excluded_row(one.technician_id, one.name, one.reason) for one in self.excluded]
        for verdict, count in self._unnamed().items():
            row = _excluded_row(None, more_words(count), verdict_words(verdict))
            rows.append({**row, "count": count})
        return rows

    def _unnamed(self) -> Counter[Verdict]:
        return self.counts - Counter(one.verdict for one in self.excluded)


def _excluded_row(technician_id: int | None, name: str, reason: str) -> dict[str, Any]:
    return {
        "technician_id": technician_id, "name": name, "score": None, "components": {},
        "excluded": reason,
    }  # fmt: skip
