"""The outbox under load: N notifications queued in one go, two worker processes, a local sink.

    ./desk bench outbox               100,000 of them
    SIZE=10000 ./desk bench outbox

A desk of its own in a new folder: PostgreSQL, Redis, web, worker (-c 2) and beat as `./desk run`
starts them, an SMTP sink in a process of its own, and one reader of the sign-in page. "quiet" is
the page before, "draining" while messages go out. Memory is of the worker's processes together.
"""

import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks import Row
from benchmarks.pages import free_port

SIZE = int(os.environ.get("SIZE", "100000"))
QUIET_SECONDS = float(os.environ.get("QUIET_SECONDS", "30"))
PAUSE = 0.1  # between two readings of the sign-in page
GIVE_UP_SECONDS = 3600
TEXT = "We have replaced the fuser and printed a test page. " * 12
HTML = f"<html><body>{'<p>We have replaced the fuser and printed a page.</p>' * 24}</body></html>"
CHUNK = 2_000


def fill(size: int) -> None:
    """Queue so many, as telling people of so many tickets does."""
    from django.db import transaction
    from django.utils import timezone

    from core.models import EventRecord
    from notifications.models import Notification

    now = timezone.now()
    with transaction.atomic():
        for start in range(1, size + 1, CHUNK):
            numbers = range(start, min(start + CHUNK, size + 1))
            events = EventRecord.objects.bulk_create(
                EventRecord(
                    name="ticket.resolved",
                    subject_type="tickets.ticket",
                    subject_id=number,
                    occurred_at=now,
                    dispatched_at=now,
                )
                for number in numbers
            )
            Notification.objects.bulk_create(
                Notification(
                    event=event,
                    recipient_name=f"Customer {event.subject_id}",
                    channel="email",
                    address=f"customer{event.subject_id}@example.test",
                    subject=f"[SD-{event.subject_id:06}] Your printer prints again",
                    body_text=TEXT,
                    body_html=HTML,
                    url=f"/portal/tickets/{event.subject_id}/",
                    next_attempt_at=now,
                    dedupe_key=f"bench:{event.pk}",
                )
                for event in events
            )


def run() -> list[Row]:
    """In a process of its own: the settings are read once, and point at the new servers."""
    from supportdesk import embedded

    base = embedded.SHARED if embedded.AS_ROOT else Path(tempfile.gettempdir())
    folder = Path(tempfile.mkdtemp(prefix="bench-outbox-", dir=base))
    folder.chmod(0o755)  # the servers' own user must pass through it
    env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    env |= {"DESK_VAR": str(folder / "var"), "PORT": str(free_port()), "DESK_DEV": "1"}
    try:
        done = subprocess.run([sys.executable, "-m", "benchmarks.outbox"], env=env, check=True,
                              stdout=subprocess.PIPE, text=True)  # fmt: skip
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    rows: list[Row] = json.loads(done.stdout.splitlines()[-1])
    return rows


class SignIn(threading.Thread):
    """Somebody who reads the sign-in page again and again."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.port, self.waits, self.errors, self.is_over = port, list[float](), 0, False

    def run(self) -> None:
        while not self.is_over:
            start = time.perf_counter()
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            connection.request("GET", "/accounts/login/", headers={"Host": "localhost"})
            answer = connection.getresponse()
            answer.read()
            connection.close()
            self.waits.append((time.perf_counter() - start) * 1000)
            self.errors += answer.status != http.HTTPStatus.OK
            time.sleep(PAUSE)

    def during(self, work: Any) -> tuple[float, float]:
        """(median, p95) in milliseconds of the readings while the work goes on."""
        first = len(self.waits)
        work()
        waits = sorted(self.waits[first:])
        return waits[len(waits) // 2], waits[int(len(waits) * 0.95)]


def memory_mb(group: int) -> float:
    """Resident memory of all processes of a group."""
    pages = 0
    for path in Path("/proc").glob("[0-9]*"):
        try:
            fields = (path / "stat").read_text().rpartition(")")[2].split()
            if int(fields[2]) == group:
                pages += int((path / "statm").read_text().split()[1])
        except (OSError, IndexError):
            continue  # it has ended
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


class Drain:
    """Waits until nothing is queued, and looks at the worker meanwhile."""

    def __init__(self, group: int) -> None:
        self.group, self.memory, self.seconds = group, list[float](), 0.0

    def __call__(self) -> None:
        from celery import current_app
        from django.db import connection

        start = time.monotonic()
        current_app.send_task("notifications.sweep")  # as telling many does
        while time.monotonic() - start < GIVE_UP_SECONDS:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT EXISTS (SELECT FROM notifications_notification"
                    " WHERE channel = 'email' AND state IN ('queued', 'sending'))"
                )
                if not cursor.fetchone()[0]:
                    break
            self.memory.append(memory_mb(self.group))
            time.sleep(1.0)
        self.seconds = time.monotonic() - start


def measure(port: int, sink: "subprocess.Popen[str]") -> list[Row]:
    from django.db import connection

    from supportdesk.supervisor import BEAT, WEB, WORKER, Child, is_healthy, stop_all

    web, worker, beat = Child("web", WEB), Child("worker", WORKER), Child("beat", BEAT)
    try:
        web.start()
        while not is_healthy():
            time.sleep(0.1)
        worker.start(), beat.start()
        time.sleep(8)  # until the worker has loaded
        reader = SignIn(port)
        reader.start()
        time.sleep(3)  # warm
        quiet = reader.during(lambda: time.sleep(QUIET_SECONDS))
        fill(SIZE)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        drain = Drain(worker.process.pid if worker.process else 0)
        draining = reader.during(drain)
        reader.is_over = True
    finally:
        stop_all([web, worker, beat])
    counts = json.loads(sink.communicate()[0].splitlines()[-1])
    tenth = max(len(drain.memory) // 10, 1)
    early = max(drain.memory[tenth : 2 * tenth] or drain.memory)
    figures: list[tuple[str, float, str]] = [
        ("messages", SIZE, ""),
        ("seconds", round(drain.seconds, 1), ""),
        ("messages_per_second", round(SIZE / drain.seconds, 1), "at least 300"),
        ("arrived", counts["mails"], f"{SIZE:,}"),
        ("arrived_again", counts["again"], "0"),
        ("worker_mb_early", round(early, 1), ""),
        ("worker_mb_most", round(max(drain.memory), 1), "as early"),
        ("worker_mb_end", round(drain.memory[-1], 1), "as early"),
        ("sign_in_quiet_median_ms", round(quiet[0], 1), ""),
        ("sign_in_quiet_p95_ms", round(quiet[1], 1), ""),
        ("sign_in_draining_median_ms", round(draining[0], 1), ""),
        ("sign_in_draining_p95_ms", round(draining[1], 1), ""),
        ("sign_in_p95_growth_percent", round((draining[1] / quiet[1] - 1) * 100, 1), "below 50"),
        ("sign_in_errors", reader.errors, "0"),
    ]
    return [{"what": name, "figure": value, "wanted": wanted} for name, value, wanted in figures]


def main() -> None:
    from supportdesk import embedded

    sink = subprocess.Popen([sys.executable, "-m", "benchmarks._sink"], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, text=True,
                            preexec_fn=embedded.die_with_parent)  # fmt: skip
    assert sink.stdout is not None
    os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{int(sink.stdout.readline())}"
    with embedded.running():
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0, skip_checks=True, interactive=False)
        rows = measure(int(os.environ["PORT"]), sink)
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
