"""Production refuses to start until it is configured safely, and says what is missing."""

import os
import subprocess
import sys

import pytest

from tests.infra.conftest import ROOT

GOOD = {
    "SECRET_KEY": "k7Qp2vX9" * 8,
    "ALLOWED_HOSTS": "desk.example.com",
    "SITE_URL": "https://desk.example.com",
}
READ = "import supportdesk.settings as s; print(s.DEBUG, s.SESSION_COOKIE_SECURE, s.ALLOWED_HOSTS)"


def start(**changes: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], **GOOD, **changes}
    return subprocess.run(
        [sys.executable, "-c", READ], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )


def test_production_starts_when_configured() -> None:
    assert start().stdout == "False True ['desk.example.com']\n"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too weak"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY is too weak"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is not set"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name real hosts"),
        ({"SITE_URL": ""}, "SITE_URL is not set"),
        ({"SITE_URL": "http://desk.example.com"}, "SITE_URL must start with https://"),
    ],
)
def test_production_refuses_with_a_clear_message(changes: dict[str, str], says: str) -> None:
    done = start(**changes)
    assert done.returncode != 0
    assert says in done.stderr.splitlines()[-1]
