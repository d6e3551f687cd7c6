"""A43: nobody writes into our log or onto our error pages."""

import io
import logging

import pytest
from axes.models import AccessAttempt

from core.logs import OneLineFormatter
from tests.accounts.mailbox import register, sign_in

pytestmark = pytest.mark.django_db
FORGED = "x@y.test\n2026-01-01 ERROR root forged line\x1b[2J"


@pytest.fixture
def log_lines():
    """Lines the console would show during the test."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(OneLineFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lambda: stream.getvalue().splitlines()
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.parametrize(
    "path", ["/%0d%0aERROR forged", "/%1b[2J", "/<b>content spoof", "/%E2%80%A8ERROR forged"]
)
def test_a_path_is_one_escaped_line_and_no_part_of_the_page(path, client, agent, log_lines):
    client.force_login(agent)
    answer = client.get(path)
    assert answer.status_code == 404
    assert b"forged" not in answer.content
    assert b"spoof" not in answer.content
    for line in log_lines():
        assert not line.startswith("ERROR")
        assert "\x1b" not in line


def test_an_address_with_a_line_end_forges_nothing(log_lines):
    _, answer = sign_in(FORGED)
    assert answer.status_code == 200
    register(FORGED)
    assert not [line for line in log_lines() if line.startswith("2026-01-01")]
    assert "\x1b" not in "".join(log_lines())


def test_a_name_with_a_line_end_is_one_line(mails):
    from accounts.models import User

    register("nia@new.test", name="Nia\r\nBcc: all@desk.test")
    assert User.objects.get().name == "Nia Bcc: all@desk.test"
    assert "\n" not in mails[0].subject


def test_a_failed_sign_in_is_in_the_log_without_its_password(agent):
    sign_in(agent.email, "secret canary 99")
    row = AccessAttempt.objects.get()
    assert row.username == agent.email
    assert "canary" not in repr(vars(row))
