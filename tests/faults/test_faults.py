"""The small version of `./desk faults`, in processes of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_every_message_arrives_and_none_more_than_twice() -> None:
    """The worker is killed in mid-delivery, Redis comes back empty, PostgreSQL restarts."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults", "--small", "--count", "20"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-3000:]}"
