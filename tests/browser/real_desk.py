"""A whole desk in processes of its own: servers, web, worker, beat, a mail server, a Twilio.

What `./desk run` starts, with the outside world faked and an empty database. The test process
never touches that desk's database; it seeds through a script and looks through the browser.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from supportdesk import embedded
from tests.fakes.smtp import Sink, free_port
from tests.fakes.twilio import FakeTwilio

ROOT = Path(__file__).resolve().parents[2]
HOLD = "from supportdesk import embedded; embedded.up(); print('up', flush=True); input()"


class RealDesk:
    """`with RealDesk(seed) as desk`; desk.url, desk.sink (mails), desk.twilio (SMS).

    seed: python file run inside the desk (manage.py shell) before the web answers.
    """

    def __init__(self, seed: Path) -> None:
        self.seed = seed
        base = Path("/var/lib/desk") if os.geteuid() == 0 else Path(tempfile.gettempdir())
        base.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix="browser-", dir=base))
        self.folder.chmod(0o755)
        self.sink, self.twilio = Sink(), FakeTwilio()
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.children: list[subprocess.Popen[str]] = []

    def __enter__(self) -> "RealDesk":
        self.sink.__enter__()
        self.twilio.__enter__()
        self.environment = self._environment()
        try:
            holder = self._start("-c", HOLD, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            assert holder.stdout
            assert holder.stdout.readline().strip() == "up"
            self._run("manage.py", "migrate", "-v0", "--skip-checks")
            self._run("manage.py", "shell", "-v0", "-c", self.seed.read_text())
            self._start("-m", "uvicorn", "supportdesk.asgi:application", "--port", str(self.port),
                        "--lifespan", "off", "--no-access-log", "--log-level", "warning")  # fmt: skip # noqa: E501
            self._start("-m", "celery", "-A", "supportdesk", "worker", "-c", "2", "-l", "warning",
                        "--without-gossip")  # fmt: skip
            self._start("-m", "celery", "-A", "supportdesk", "beat", "-l", "warning", "--pidfile=")
            self._wait_for_the_page()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for child in reversed(self.children[1:]):
            child.terminate()
        for child in reversed(self.children):
            if child.stdin:
                child.stdin.close()
                child.terminate()
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                child.kill()
        self._stop_servers()
        self.sink.__exit__()
        self.twilio.__exit__()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _environment(self) -> dict[str, str]:
        """This process' own, without what would lead to another desk."""
        inherited = {
            key: value
            for key, value in os.environ.items()
            if key not in {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE"}
        }
        return inherited | self.twilio.environment | {
            "DESK_DEV": "1",
            "DESK_VAR": str(self.folder / "var"),
            "DJANGO_SETTINGS_MODULE": "supportdesk.settings",
            "MEDIA_ROOT": str(self.folder / "files"),
            "EMAIL_URL": self.sink.url,
            "SITE_URL": self.url,
            "SWEEP_SECONDS": "2",
        }  # fmt: skip

    def _start(self, *arguments: str, **pipes: int) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            text=True,
            preexec_fn=embedded.die_with_parent,
            **pipes,  # type: ignore[call-overload]
        )
        self.children.append(child)
        return child

    def _run(self, *arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]

    def _wait_for_the_page(self, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"{self.url}/accounts/login/", timeout=5):
                    return
            except OSError:
                time.sleep(0.2)
        raise AssertionError("the web process did not answer")

    def _stop_servers(self) -> None:
        stop = "from supportdesk import embedded; embedded.down(embedded.up(), force=True)"
        subprocess.run([sys.executable, "-c", stop], cwd=ROOT, env=self.environment, check=False)
