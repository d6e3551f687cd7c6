"""`./desk run`: servers, migrations, demo company, then web, worker and beat as one process tree.

A child that ends by itself is started again, later and later. The whole tree ends on SIGINT,
SIGTERM or SIGHUP, and with a kill -9 of this process too.
"""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from supportdesk import embedded

HOST, PORT = "127.0.0.1", int(os.environ.get("PORT", "8000"))
ADDRESS = f"http://localhost:{PORT}"
PYTHON = sys.executable
WEB = [PYTHON, "-m", "supportdesk.web"]
CELERY = [PYTHON, "-m", "celery", "-q", "-A", "supportdesk"]
CONCURRENCY = os.environ.get("WORKER_CONCURRENCY", "2")
WORKER = [*CELERY, "worker", "-c", CONCURRENCY, "-l", "warning", "--without-gossip"]
BEAT = [*CELERY, "beat", "-l", "warning", "--pidfile="]
STOP_SECONDS = 20  # a task that takes longer is ended; its row brings it back at the next start
HEALTHY_SECONDS = 30  # a child that lived as long has recovered
LONGEST_PAUSE = 30


def say(text: str) -> None:
    print(f"desk: {text}", file=sys.stderr, flush=True)


@dataclass
class Child:
    """One supervised process, its process group and its restarts."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0  # time.monotonic(), as all times here
    start_at: float = 0.0  # not before
    failures: int = field(default=0)

    def start(self, *, wait: bool = False) -> None:
        """wait: keep its standard input open; a process that waits for its end can be let in."""
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.PIPE if wait else subprocess.DEVNULL,
            preexec_fn=embedded.die_with_parent,
            # Ctrl-C reaches the supervisor alone, which ends the children in order.
            start_new_session=True,
        )
        self.started_at = time.monotonic()

    def let_in(self) -> None:
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()

    def watch(self) -> None:
        """Notice that it ended; start it when its pause is over."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_at:
                self.start()
        elif (status := self.process.poll()) is not None:
            self.failures = 1 if now - self.started_at > HEALTHY_SECONDS else self.failures + 1
            pause = min(2 ** (self.failures - 1), LONGEST_PAUSE)
            say(f"{self.name} ended with status {status}; starting it again in {pause} s")
            self.signal_group(signal.SIGKILL)  # what it may have left behind
            self.process, self.start_at = None, now + pause

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal_group(self, number: int) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def terminate(self) -> None:
        if self.process is not None and self.alive():
            self.process.terminate()  # Celery's and uvicorn's own main process ends its helpers


def stop_all(children: list[Child], *, seconds: float = STOP_SECONDS) -> None:
    """Ask all children to end, wait, and end the groups of those that did not listen."""
    for child in children:
        child.terminate()
    until = time.monotonic() + seconds
    while any(child.alive() for child in children) and time.monotonic() < until:
        time.sleep(0.05)
    for child in children:
        if child.alive():
            say(f"{child.name} did not end within {seconds:.0f} s and is killed")
        child.signal_group(signal.SIGKILL)
        if child.process is not None:
            child.process.wait()


def port_is_free() -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, PORT))
        except OSError:
            return False
    return True


def is_healthy() -> bool:
    connection = http.client.HTTPConnection(HOST, PORT, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": f"localhost:{PORT}"})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def wait_for_web(web: Child, *, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not is_healthy():
        if not web.alive():
            raise SystemExit("desk: the web server did not start; its words are above.")
        if time.monotonic() > until:
            say(f"{ADDRESS}/healthz does not answer with 200 yet; see above for why")
            return
        time.sleep(0.05)


def _leave(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _leave_at_once(children: list[Child]) -> None:
    """From now on a second Ctrl-C kills instead of asking again."""

    def kill(_number: int, _frame: FrameType | None) -> None:
        for child in children:
            child.signal_group(signal.SIGKILL)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, kill)


def prepare() -> str:
    """Migrate, load the demo company on the first run. Returns what to tell the person."""
    command = [PYTHON, "-m", "supportdesk.prepare"]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=False, preexec_fn=embedded.die_with_parent
    )
    if done.returncode:
        raise SystemExit("desk: the database could not be prepared; the reason is above.")
    return done.stdout


def run() -> int:
    if not port_is_free():
        raise SystemExit(f"desk: port {PORT} is taken. Choose another: PORT={PORT + 1} ./desk run")
    web, worker, beat = Child("web", WEB), Child("worker", WORKER), Child("beat", BEAT)
    children = [web, worker, beat]
    with embedded.running():
        try:
            web.start(wait=True)  # it loads meanwhile
            say("preparing the database (the first time with a demo company)")
            sign_ins = prepare()
            web.let_in()
            wait_for_web(web)  # two cores: first the page, then the workers
            for child in (worker, beat):
                child.start()
            print(f"\nSupportdesk is up: {ADDRESS}\n\n{sign_ins}\nCtrl-C stops it.", flush=True)
            while True:
                for child in children:
                    child.watch()
                time.sleep(0.2)
        finally:
            _leave_at_once(children)
            say("stopping")
            stop_all(children)


def main() -> int:
    os.chdir(Path(__file__).resolve().parent.parent)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    try:
        return run()
    except embedded.ServerError as problem:
        raise SystemExit(f"desk: {problem}") from None
    except SystemExit as leaving:
        # Being asked to stop is how it is meant to end.
        asked = isinstance(leaving.code, int) and leaving.code > 128
        if not asked:
            raise
        say("stopped; the data is kept")
        return 0


if __name__ == "__main__":
    sys.exit(main())
