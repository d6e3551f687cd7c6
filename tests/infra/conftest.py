"""A checkout's servers in a folder of their own, driven from outside as other processes do."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg2
import pytest
import redis

from supportdesk import embedded

ROOT = Path(__file__).resolve().parents[2]
HOLD = "import sys, embedded as e\nwith e.running():\n    print('up', flush=True); input()"


def load(var: Path) -> ModuleType:
    """The module as a process sees it whose DESK_VAR is this folder."""
    spec = importlib.util.spec_from_file_location("embedded_elsewhere", embedded.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DESK_VAR", str(var))
        spec.loader.exec_module(module)
    return module


class Servers:
    """The embedded servers of one data folder."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.module = load(var)
        self.holders: list[int] = []

    def up(self) -> None:
        self.holders.append(self.module.up())

    def sql(self, sql: str) -> Any:
        """First value of the first row; None for a statement without rows."""
        connection = psycopg2.connect(self.module.DATABASE_URL)
        connection.autocommit = True
        try:
            cursor = connection.cursor()
            cursor.execute(sql)
            return cursor.fetchone()[0] if cursor.description else None
        finally:
            connection.close()

    @property
    def redis(self) -> redis.Redis:
        return redis.Redis.from_url(self.module.REDIS_URL, decode_responses=True)

    def pids(self) -> tuple[int, int]:
        return self.module.postgres_pid(), self.module.redis_pid()

    def running(self) -> tuple[bool, bool]:
        return self.module.postgres_running(), self.module.redis_pid() is not None

    def hold(self) -> subprocess.Popen[str]:
        """A process that uses the servers until it is told to finish."""
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD],
            env={**os.environ, "DESK_VAR": str(self.var)},
            cwd=ROOT / "supportdesk",  # straight to the module: the package would load Celery
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        return process


@pytest.fixture
def make_servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Servers]]:
    """Servers in new folders; all are stopped and removed afterwards."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    base = embedded.SHARED if embedded.AS_ROOT else Path(tempfile.gettempdir())
    base.mkdir(exist_ok=True)
    made: list[Servers] = []
    folders: list[Path] = []

    def make(name: str = "var") -> Servers:
        folder = Path(tempfile.mkdtemp(prefix="test-", dir=base))
        folder.chmod(0o755)  # the servers' own user must pass through it
        folders.append(folder)
        made.append(Servers(folder / name))
        return made[-1]

    yield make
    for servers in made:
        servers.module.stop()
        for holder in servers.holders:
            os.close(holder)
        shutil.rmtree(servers.module.RUN, ignore_errors=True)
    for folder in folders:
        shutil.rmtree(folder)


@pytest.fixture
def servers(make_servers: Callable[..., Servers]) -> Servers:
    return make_servers()
