"""Who is best for a job: hard reasons against, then a score out of 100, each part in words.

needs.py: what the job asks, and the weights. sieve.py: one statement over everybody. score.py:
points. search.py: as few calendars as possible. words.py: reasons. result.py: the answer.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from technicians.ranking.needs import Fact, JobNeeds, Weights
from technicians.ranking.places import drive_minutes, road_km, straight_km
from technicians.ranking.result import Candidate, Component, Excluded, Ranking
from technicians.ranking.search import Search
from technicians.ranking.sieve import Verdict, sift
from technicians.ranking.words import when_words

__all__ = [
    "DEPTH",
    "Candidate", "Component", "Excluded", "Fact", "JobNeeds", "Ranking", "Verdict", "Weights",
    "drive_minutes", "rank", "road_km", "straight_km", "when_words",
]  # fmt: skip

DEPTH = 20  # of the best, so many are found and kept in a decision
NAMED = 30  # of those who cannot, so many are named with their own reason


def rank(
    needs: JobNeeds,
    *,
    weights: Weights | None = None,
    load: Mapping[int, int] | None = None,
    last_given: Mapping[int, datetime] | None = None,
    depth: int | None = DEPTH,
    also: Sequence[int] = (),
) -> Ranking:
    """The best technicians for the job, in order, and the reasons against the others.

    load: technician id -> open jobs. last_given: when each last got a job; of equal scores the
    one who waited longest comes first. depth: how many of the best; None ranks and names
    everybody, which reads every calendar. also: ids that are named however far down they are.
    """
    points = (weights or Weights()).points(needs)
    sifted = sift(needs, points, load or {}, limit=None if depth is None else NAMED, also=also)
    search = Search(needs, points, load or {}, last_given or {})
    search.find_best(sifted, len(sifted.able) if depth is None else depth)
    search.look_at([pk for pk in also if pk in set(sifted.able) - search.seen])
    search.found.sort(key=search.order)
    counts = sifted.counts + Counter({Verdict.NO_TIME: len(search.busy)})
    return Ranking(
        candidates=[
            one
            for place, one in enumerate(search.found)
            if depth is None or place < depth or one.technician_id in also
        ],
        excluded=search.busy + search.refused(sifted.out),
        able=len(sifted.able) - len(search.busy),
        counts=counts,
    )
