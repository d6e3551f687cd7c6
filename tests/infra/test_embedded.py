"""The checkout's own PostgreSQL and Redis: started, shared, taken over, never mixed up."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from supportdesk import embedded
from tests.infra.conftest import Servers


def finish(process: subprocess.Popen[str]) -> None:
    process.communicate("\n", timeout=30)


def test_settings_keep_what_was_acknowledged_and_listen_on_no_port(servers: Servers) -> None:
    servers.up()
    assert servers.sql("show synchronous_commit") == "on"
    assert servers.sql("show fsync") == "on"
    assert servers.sql("show listen_addresses") == ""
    assert servers.redis.config_get("port") == {"port": "0"}
    assert servers.redis.config_get("appendonly") == {"appendonly": "yes"}
    assert (servers.var / "run").stat().st_mode & 0o777 == 0o700


def test_servers_left_by_a_kill_are_taken_over_with_their_data(servers: Servers) -> None:
    holder = servers.hold()
    servers.sql("create table kept as select 42 as number")
    servers.redis.set("kept", "42")
    before = servers.pids()
    holder.kill()
    holder.wait()
    servers.up()
    assert servers.pids() == before
    assert servers.sql("select number from kept") == 42


def wait_until_gone(servers: Servers) -> None:
    """A busy machine needs a moment to bury what was killed."""
    until = time.monotonic() + 10
    while any(servers.running()) and time.monotonic() < until:
        time.sleep(0.05)


def test_killed_servers_come_back_with_their_data(servers: Servers) -> None:
    servers.up()
    servers.sql("create table kept as select 42 as number")
    servers.redis.set("kept", "42")
    for pid in servers.pids():
        os.kill(pid, signal.SIGKILL)
    wait_until_gone(servers)
    servers.up()
    assert servers.sql("select number from kept") == 42
    assert servers.redis.get("kept") == "42"


def test_stale_pid_of_a_living_stranger_does_not_stop_the_start(servers: Servers) -> None:
    servers.up()
    old = servers.pids()[0]
    as_server = embedded._as_server()
    stranger = subprocess.Popen(["sleep", "60"], **as_server)
    try:
        pid_file = servers.var / "pg/postmaster.pid"
        lines = pid_file.read_text().split("\n")
        os.kill(old, signal.SIGKILL)
        time.sleep(0.5)
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]))
        assert servers.running()[0] is False
        servers.up()
        assert servers.sql("select 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_half_made_cluster_is_made_anew(servers: Servers) -> None:
    for name in ("pg", "pg.new"):
        (servers.var / name).mkdir(parents=True)
        (servers.var / name / "rubbish").write_text("left by a kill in the middle of initdb")
    servers.up()
    assert servers.sql("select 1") == 1


def test_last_user_stops_the_servers(servers: Servers) -> None:
    first, second = servers.hold(), servers.hold()
    finish(first)
    assert servers.running() == (True, True)
    finish(second)
    assert servers.running() == (False, False)


def test_killed_user_does_not_keep_the_servers_up_for_ever(servers: Servers) -> None:
    killed, other = servers.hold(), servers.hold()
    killed.kill()
    killed.wait()
    finish(other)
    assert servers.running() == (False, False)


def test_two_checkouts_at_once_do_not_meet(make_servers: Callable[..., Servers]) -> None:
    one, other = make_servers(), make_servers("folder with a space and " + "long " * 20)
    one.up()
    other.up()
    one.sql("create table mine as select 1")
    assert other.sql("select count(*) from pg_tables where tablename = 'mine'") == 0
    one.redis.set("mine", "1")
    assert other.redis.exists("mine") == 0
    assert set(one.pids()).isdisjoint(other.pids())


def test_addresses_elsewhere_start_nothing(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.test/desk")
    monkeypatch.setenv("REDIS_URL", "redis://redis.test")
    servers.up()
    assert servers.running() == (False, False)


def test_socket_folder_of_somebody_else_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "target")
    monkeypatch.setattr(embedded, "VAR", tmp_path)
    monkeypatch.setattr(embedded, "RUN", tmp_path / "run")
    with pytest.raises(embedded.ServerError, match="someone else"):
        embedded._make_folders()


def test_exec_passes_on_the_exit_status_and_stops_the_servers(servers: Servers) -> None:
    command = [
        sys.executable,
        embedded.__file__,
        "exec",
        sys.executable,
        "-c",
        "raise SystemExit(7)",
    ]
    done = subprocess.run(command, env={**os.environ, "DESK_VAR": str(servers.var)}, check=False)
    assert done.returncode == 7
    assert servers.running() == (False, False)
