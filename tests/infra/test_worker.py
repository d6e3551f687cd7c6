"""The worker lets the web go first."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ASK = "import os; from supportdesk.celery import _let_web_go_first as f; f(); print(os.nice(0))"


@pytest.mark.parametrize(("wanted", "nice"), [("", "10"), ("3", "3")])
def test_it_is_nicer_than_who_started_it(wanted: str, nice: str) -> None:
    env = {key: value for key, value in os.environ.items() if key != "WORKER_NICE"}
    if wanted:
        env["WORKER_NICE"] = wanted
    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) == min(int(nice) + os.nice(0), 19)
