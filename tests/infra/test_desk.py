"""The door: refuses before it has half started, and installs once."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.infra.conftest import ROOT

TOOLS = ["sh", "dirname", "cat", "grep", "sha256sum", "cut", "apt-get", "flock", "rm"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name in ("desk", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A PATH of an ordinary user's machine: no libraries, no sudo, no Chromium."""
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    for tool in TOOLS:
        (bin_folder / tool).symlink_to(shutil.which(tool) or f"/usr/bin/{tool}")
    # Not a link: a Python that is a link's target of another name may not find its library.
    scripts = {"id": "echo 1000", "ldconfig": "true", "python3": f'exec {sys.executable} "$@"'}
    for name, words in scripts.items():
        script = bin_folder / name
        script.write_text(f"#!/bin/sh\n{words}\n")
        script.chmod(0o755)
    return bin_folder


def desk(folder: Path, path: str, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [folder / "desk", *args],
        env={"PATH": path, "HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(shutil.which("apt-get") is None, reason="not a Debian machine")
def test_missing_packages_without_root_print_the_command_and_start_nothing(
    checkout: Path, machine: Path
) -> None:
    done = desk(checkout, str(machine), "test")
    assert done.returncode == 1
    assert (
        "apt-get update && apt-get install -y --no-install-recommends "
        "libpangoft2-1.0-0 libharfbuzz-subset0 chromium"
    ) in done.stderr
    assert not (checkout / ".venv").exists()
    assert not (checkout / "var").exists()


def test_missing_python_is_named(checkout: Path, machine: Path) -> None:
    (machine / "python3").unlink()
    done = desk(checkout, str(machine), "run")
    assert done.returncode == 1
    assert "Python 3.11 is needed" in done.stderr


def test_help_names_every_command(checkout: Path) -> None:
    done = desk(checkout, os.environ["PATH"])
    assert done.returncode == 0
    for command in ("run", "test", "lint", "bench", "faults", "manage", "pytest", "db", "lock"):
        assert f"  {command} " in done.stdout


def test_unknown_command_is_refused(checkout: Path) -> None:
    done = desk(checkout, os.environ["PATH"], "explode")
    assert done.returncode == 1
    assert "no such command: explode" in done.stderr


def test_makefile_forwards_every_command() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for command in ("run", "test", "lint", "bench", "faults", "manage", "pytest", "db", "lock"):
        assert command in makefile.split(".PHONY:")[1].splitlines()[0].split()


def test_ci_calls_the_tests_and_nothing_cleverer() -> None:
    lines = (ROOT / ".ci/run").read_text().splitlines()
    assert lines[-1] == "exec ./desk test"
