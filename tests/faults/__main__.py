"""`./desk faults`: breaks a desk of its own on purpose and prints what became of the messages.

--small: the three faults of the suite. --count N: operations per fault.
"""

import argparse
import signal
import sys
import time
from typing import TYPE_CHECKING

from tests.faults.rig import Rig

if TYPE_CHECKING:
    from tests.faults.scenarios import Result

HEAD = ("fault", "acknowledged", "not taken", "lost", "duplicated", "most copies")
HEAD += ("for a person", "slowest s", "recovered s")


def show(result: "Result") -> None:
    cells = [result.acknowledged, result.not_taken, result.lost, result.duplicated]
    cells += [result.most_copies, result.for_a_person]
    words = [*map(str, cells), f"{result.slowest:.2f}", f"{result.recovered:.1f}"]
    print(f"{result.name:42}" + "".join(f"{word:>14}" for word in words), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="./desk faults", description=__doc__)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--count", type=int, default=150)
    parser.add_argument("--only", default="", help="faults whose name contains this")
    options = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):  # else its servers would stay behind
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    start = time.monotonic()
    with Rig() as rig:
        from tests.faults.posting import NAME, run_posting
        from tests.faults.scenarios import SCENARIOS, SMALL, Desk, run

        chosen = [s for s in (SMALL if options.small else SCENARIOS) if options.only in s.name]
        desk = Desk()
        until = time.monotonic() + 60
        while not rig.worker_is_ready() and time.monotonic() < until:
            rig.rest(0.2)
        print(f"{HEAD[0]:42}" + "".join(f"{word:>14}" for word in HEAD[1:]), flush=True)
        results = []
        for number, scenario in enumerate(chosen):
            result = run(rig, desk, scenario, number=number, count=options.count)
            results.append(result)
            show(result)
        if not options.small and options.only in NAME:
            results.append(run_posting(rig, desk, count=options.count))
            show(results[-1])
        faults = rig.twilio.faults
        checked = "checked against" if rig.twilio.checks else "NOT checked (no file) against"
    print(f"\n{len(rig.twilio.received)} SMS, {checked} Twilio's schema: {len(faults)} complaints")
    print(f"{time.monotonic() - start:.0f} s in all")
    if faults:
        print("\n".join(faults[:5]))
    return 0 if all(result.holds for result in results) and not faults else 1


if __name__ == "__main__":
    sys.exit(main())
