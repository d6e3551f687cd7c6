"""Every import contract breaks on a planted violation, one inside a function included."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.infra.conftest import ROOT

CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
PLANTED = {
    "apps": ("customers/models.py", "def late():\n    import tickets.models\n"),
    "files": ("devices/permissions.py", "import devices.actions\n"),
    "facts": ("tickets/models.py", "def late():\n    import tickets.actions\n"),
    "doors": ("tickets/forms.py", "import tickets.views\n"),
}


def lint(folder: Path) -> str:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-logo", "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_every_contract_has_a_planted_violation() -> None:
    assert {contract["id"] for contract in CONFIG["contracts"]} == set(PLANTED)


def test_contracts_break_on_their_violation(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in CONFIG["root_packages"]:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    for path, code in PLANTED.values():
        target = tmp_path / path
        for needed in (target, tmp_path / "devices/actions.py", tmp_path / "tickets/views.py"):
            needed.touch()
        target.write_text(f"{target.read_text()}\n{code}")
    output = lint(tmp_path)
    for contract in CONFIG["contracts"]:
        assert f"{contract['name']} BROKEN" in output, output
