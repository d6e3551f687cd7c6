"""How long the embedded servers take: from nothing, started again, when running, and to stop."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import Row
from supportdesk import embedded

PROGRAM = "import time; from supportdesk import embedded as e; t = time.monotonic(); {}"
UP = "fd = e.up(); print(time.monotonic() - t)"
UP_AND_DOWN = "fd = e.up(); t = time.monotonic(); e.down(fd); print(time.monotonic() - t)"
KILL = "import os; e.up(); os.kill(e.postgres_pid(), 9); os.kill(e.redis_pid(), 9); print(0)"


def measure(folder: Path, what: str) -> float:
    """Seconds that a fresh process took, without its own imports."""
    env = {**os.environ, "DESK_VAR": str(folder)}
    command = [sys.executable, "-c", PROGRAM.format(what)]
    done = subprocess.run(command, env=env, check=True, capture_output=True, text=True)
    return round(float(done.stdout), 3)


def run() -> list[Row]:
    base = embedded.SHARED if embedded.AS_ROOT else Path(tempfile.gettempdir())
    with tempfile.TemporaryDirectory(prefix="bench-", dir=base) as temporary:
        Path(temporary).chmod(0o755)  # the servers' own user must pass through it
        folder = Path(temporary) / "var"
        steps = [
            ("empty folder", UP),
            ("already running", UP),
            ("stop", UP_AND_DOWN),
            ("start again", UP),
            ("(kill -9 of both)", KILL),
            ("take-over after kill -9", UP),
            ("stop after that", UP_AND_DOWN),
        ]
        return [{"step": name, "seconds": measure(folder, what)} for name, what in steps]
