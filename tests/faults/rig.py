"""A desk of its own to break: servers in a new folder, a worker, beat, a mail server, a Twilio.

Import it before Django is set up: it points this process and its children at the new servers.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.fakes.smtp import Sink, free_port
from tests.fakes.twilio import FakeTwilio

# Everything that takes minutes in a real desk takes seconds here.
PACE = {
    "SWEEP_SECONDS": "2",
    "NOTIFICATION_LEASE_SECONDS": "6",
    "NOTIFICATION_RETRY_SECONDS": "1",
    "EMAIL_TIMEOUT": "2",
    "LOG_LEVEL": "CRITICAL",
    **dict.fromkeys(("SMS_PARTS_PER_DAY", "SMS_PER_COUNTRY_DAY", "SMS_PER_BLOCK_HOUR"), "0"),
    **dict.fromkeys(("SMS_PER_NUMBER_HOUR", "SMS_PER_NUMBER_DAY"), "0"),
    "DESK_DEV": "1",
    "DJANGO_SETTINGS_MODULE": "supportdesk.settings",
}


class Rig:
    """`with Rig() as rig`. Everything it starts ends with it, by kill -9 too."""

    def __init__(self) -> None:
        shared = Path("/var/lib/desk")
        base = shared if os.geteuid() == 0 else Path(tempfile.gettempdir())
        base.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix="faults-", dir=base))
        self.folder.chmod(0o755)  # the servers' own user must pass through it
        self.sink, self.twilio = Sink(), FakeTwilio()
        self.children: list[Any] = []

    def __enter__(self) -> "Rig":
        for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ANYMAIL_BACKEND"):
            os.environ.pop(name, None)
        self.sink.__enter__()
        self.twilio.__enter__()
        os.environ.update(PACE, **self.twilio.environment)
        os.environ["PORT"] = str(free_port())
        os.environ.update(DESK_VAR=str(self.folder / "var"), EMAIL_URL=self.sink.url)
        from supportdesk import embedded

        self.servers: Any = embedded
        self.holder = embedded.up()
        self._set_django_up()
        self._start_processes()
        return self

    def __exit__(self, *_: object) -> None:
        from supportdesk.supervisor import stop_all

        stop_all(self.children, seconds=10)
        self.sink.__exit__()
        self.twilio.__exit__()
        self.servers.down(self.holder, force=True)
        shutil.rmtree(self.servers.RUN, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _set_django_up(self) -> None:
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0, skip_checks=True, interactive=False)

    def _start_processes(self) -> None:
        from supportdesk.supervisor import BEAT, WEB, WORKER, Child

        self.worker = Child("worker", [*WORKER, "-I", "tests.faults.poison"])
        self.beat, self.web = Child("beat", BEAT), Child("web", WEB)
        self.children = [self.worker, self.beat]
        for child in self.children:
            child.start()

    def watch(self) -> None:
        """What the supervisor of a real desk does: start again what has ended."""
        for child in self.children:
            child.watch()

    def rest(self, seconds: float) -> None:
        """Let time pass while the desk is watched."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.watch()
            time.sleep(0.05)

    # --- Faults ---------------------------------------------------------------------------

    def kill_worker(self) -> None:
        """kill -9 of the worker and all its processes, without a word."""
        self.worker.signal_group(signal.SIGKILL)
        self.worker.process.wait()

    def empty_redis(self, *, away: float = 1.0) -> None:
        """kill -9 of Redis; it comes back with nothing of what it knew."""
        pid = self.servers.redis_pid()
        os.kill(pid, signal.SIGKILL)
        self.rest(away)
        for thing in self.servers.REDIS_DATA.iterdir():
            shutil.rmtree(thing) if thing.is_dir() else thing.unlink()
        with contextlib.suppress(FileNotFoundError):
            self.servers.REDIS_SOCKET.unlink()
        self.servers._start_redis()

    def hold_redis(self, *, seconds: float) -> None:
        """It stands still: takes what is said to it and does not answer."""
        pid = self.servers.redis_pid()
        os.kill(pid, signal.SIGSTOP)
        try:
            self.rest(seconds)
        finally:
            os.kill(pid, signal.SIGCONT)

    def start_web(self) -> str:
        """The web server, with the others under watch; returns its address."""
        from supportdesk.supervisor import PORT, is_healthy

        if self.web not in self.children:
            self.children.append(self.web)
        self.web.start()
        while not is_healthy():
            self.rest(0.1)
        return f"http://localhost:{PORT}"

    def kill_web(self) -> None:
        """kill -9 in the middle of whatever it does."""
        self.web.signal_group(signal.SIGKILL)

    def restart_postgres(self) -> None:
        """What a crash does: every connection is cut, the log is replayed."""
        self.servers._postgres(
            "pg_ctl", "-D", self.servers.PGDATA, "-m", "immediate", "-w", "-s", "stop"
        )
        self.servers._start_postgres()

    def worker_is_ready(self) -> bool:
        """Whether a worker answers."""
        answer = subprocess.run(
            [*self.worker.command[:5], "inspect", "ping", "-t", "1"],
            capture_output=True,
            text=True,
            check=False,
        )
        return answer.returncode == 0
