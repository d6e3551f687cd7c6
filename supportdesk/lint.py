"""`./desk lint`: every gate but the tests, two at a time. Prints the words of those that fail."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

BIN = Path(sys.executable).parent
MANAGE = [sys.executable, "manage.py"]
GATES: dict[str, list[str]] = {
    "types": [sys.executable, "-m", "mypy"],
    "deployment": [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
    "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "templates": [str(BIN / "djlint"), "templates", "--lint", "--quiet"],
    "imports": [str(BIN / "lint-imports"), "--no-logo"],
    "style": [str(BIN / "ruff"), "check", "--quiet", "--output-format", "concise", "."],
    "format": [str(BIN / "ruff"), "format", "--check", "--output-format", "concise", "."],
}


def production_environment() -> dict[str, str]:
    """The least that production needs, so that its settings can be checked anywhere."""
    clean = {k: v for k, v in os.environ.items() if k not in ("DESK_DEV", "DEBUG")}
    return clean | {
        "SECRET_KEY": "lint-" + "".join(chr(ord("a") + i % 26) for i in range(60)),
        "ALLOWED_HOSTS": "desk.example.com",
        "SITE_URL": "https://desk.example.com",
    }


def run_gate(name: str) -> tuple[str, int, float, str]:
    """Returns (name, exit status, seconds, output)."""
    env = production_environment() if name == "deployment" else None
    start = time.monotonic()
    done = subprocess.run(
        GATES[name],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    return name, done.returncode, time.monotonic() - start, done.stdout


def main(chosen: list[str]) -> int:
    if unknown := set(chosen) - set(GATES):
        print(f"desk: no such gate: {', '.join(unknown)}; there are: {', '.join(GATES)}")
        return 2
    failed = 0
    with ThreadPoolExecutor(max_workers=2) as pool:
        for name, status, seconds, output in pool.map(run_gate, chosen or GATES):
            print(f"{'FAILED' if status else 'ok    '} {name:12} {seconds:5.1f} s", flush=True)
            if status:
                failed += 1
                print(output, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
