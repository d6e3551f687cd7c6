"""The process tree: restarted when a part dies, ended whole, never orphaned."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from supportdesk import supervisor
from supportdesk.supervisor import Child, stop_all
from tests.infra.conftest import ROOT

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = (
    "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)"
)


def eventually(condition: Callable[[], bool], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    return condition()


def exists(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def child() -> Iterator[Child]:
    child = Child("sleeper", SLEEP)
    yield child
    stop_all([child], seconds=1)


def test_dead_child_is_started_again_after_a_pause(child: Child) -> None:
    child.start()
    first = child.process
    assert first is not None
    first.kill()
    first.wait()
    child.watch()
    assert child.process is None
    child.watch()
    assert child.process is None, "the pause is not over"
    child.start_at = 0
    child.watch()
    assert child.alive()
    assert child.process is not first


def test_pause_doubles_and_is_bounded(child: Child) -> None:
    child.command = [sys.executable, "-c", "raise SystemExit(1)"]
    pauses = []
    for _ in range(7):
        child.start()
        assert child.process is not None
        child.process.wait()
        child.watch()
        pauses.append(round(child.start_at - time.monotonic()))
    assert pauses == [1, 2, 4, 8, 16, 30, 30]


def test_child_that_lived_long_starts_with_a_short_pause_again(child: Child) -> None:
    child.failures = 6
    child.start()
    child.started_at -= supervisor.HEALTHY_SECONDS + 1
    assert child.process is not None
    child.process.kill()
    child.process.wait()
    child.watch()
    assert child.failures == 1


def test_child_that_does_not_listen_is_killed(capsys: pytest.CaptureFixture[str]) -> None:
    stubborn = Child("stubborn", [sys.executable, "-c", STUBBORN])
    stubborn.start()
    time.sleep(0.3)
    stop_all([stubborn], seconds=0.3)
    assert stubborn.process is not None
    assert stubborn.process.returncode == -signal.SIGKILL
    assert "stubborn did not end" in capsys.readouterr().err


def test_children_die_with_a_killed_supervisor() -> None:
    code = (
        "from supportdesk.supervisor import Child; import sys, time; "
        f"c = Child('x', {SLEEP!r}); c.start(); print(c.process.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert exists(pid)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    assert eventually(lambda: not exists(pid))


def test_taken_port_is_told_before_anything_starts() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "supportdesk.supervisor"],
            cwd=ROOT,
            env={**os.environ, "PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert f"port {port} is taken. Choose another: PORT={port + 1} ./desk run" in done.stderr


def test_waiting_child_goes_on_when_it_is_let_in() -> None:
    waiting = Child("waiting", [sys.executable, "-c", "import sys; sys.stdin.read()"])
    waiting.start(wait=True)
    time.sleep(0.3)
    assert waiting.alive()
    waiting.let_in()
    assert eventually(lambda: not waiting.alive())


def test_child_that_is_started_again_waits_for_nobody() -> None:
    again = Child("again", [sys.executable, "-c", "import sys; sys.stdin.read()"])
    again.start()
    assert eventually(lambda: not again.alive())
