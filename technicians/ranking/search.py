"""Finds the best with as few calendars as possible.

The sieve says how many points each can reach at most. Calendars are read from the top, and the
search ends when the last of those asked for has more points than anybody left could reach: the
answer is the same as if every calendar had been read.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from technicians.ranking.needs import JobNeeds
from technicians.ranking.result import Candidate, Excluded
from technicians.ranking.score import plan_trip, shares_of
from technicians.ranking.sieve import Sifted, Verdict
from technicians.ranking.words import Vocabulary
from technicians.roster import load_calendars, load_off_until, load_people, names_of

FIRST_LOOK = 64  # calendars read at once; each further look reads twice as many


class Search:
    """The candidates found so far, and those whose calendar turned out to be full."""

    def __init__(
        self,
        needs: JobNeeds,
        points: Mapping[str, int],
        load: Mapping[int, int],
        last_given: Mapping[int, datetime],
    ) -> None:
        self.needs, self.points, self.load, self.last_given = needs, points, load, last_given
        self.seen: set[int] = set()
        self.found: list[Candidate] = []
        self.busy: list[Excluded] = []

    @cached_property
    def known(self) -> Vocabulary:
        """Names of the skills and the team, for the words."""
        return Vocabulary(self.needs, *names_of(self.needs.skills, self.needs.team_id))

    def find_best(self, sifted: Sifted, depth: int) -> None:
        """Look until nobody left can be among so many best."""
        start, size = 0, FIRST_LOOK
        while start < len(sifted.able) and not self._is_settled(sifted.bounds[start], depth):
            self.look_at(sifted.able[start : start + size])
            start, size = start + size, size * 2

    def look_at(self, ids: Sequence[int]) -> None:
        """Place these people by their calendars; four queries, five when skills are needed."""
        if not ids:
            return
        self.seen.update(ids)
        people = load_people(ids, self.needs.skills, self.needs.team_id)
        zones = {person.pk: person.zone for person in people}
        calendars = load_calendars(zones, self.needs.now)
        for person in people:
            jobs = self.load.get(person.pk, 0)
            trip = plan_trip(person, calendars[person.pk], self.needs)
            if trip is None:
                self.busy.append(Excluded(person, Verdict.NO_TIME, jobs, self.known))
                continue
            shares = shares_of(person, trip, jobs, self.needs)
            self.found.append(Candidate(person, trip, jobs, shares, self.points, self.known))

    def refused(self, out: Iterable[tuple[int, Verdict]]) -> list[Excluded]:
        """Those whom the sieve refused, in its order."""
        verdicts = dict(out)
        people = load_people(list(verdicts), self.needs.skills, self.needs.team_id)
        by_id = {person.pk: person for person in people}
        away = [pk for pk, verdict in verdicts.items() if verdict == Verdict.TIME_OFF]
        for pk, until in load_off_until(away, self.needs.now).items():
            by_id[pk].off_until = until
        return [
            Excluded(by_id[pk], verdict, self.load.get(pk, 0), self.known)
            for pk, verdict in verdicts.items()
            if pk in by_id
        ]

    def order(self, one: Candidate) -> tuple[float, float, int]:
        """Best first; of equals the one who waited longest for a job, then the older record."""
        given = self.last_given.get(one.technician_id)
        return -float(one.score), given.timestamp() if given else 0.0, one.technician_id

    def _is_settled(self, bound: float, depth: int) -> bool:
        """Whether so many are found that nobody with this bound can be level with any of them."""
        if len(self.found) < depth:
            return False
        return sorted((one.score for one in self.found), reverse=True)[depth - 1] > bound
