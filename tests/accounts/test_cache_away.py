"""Redis is away: people still sign in, and the count in PostgreSQL still stops guessing."""

import pytest

from tests.accounts.mailbox import is_in, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_redis(settings, tmp_path):
    settings.CACHES = {
        "default": {
            "BACKEND": "core.cache.ForgivingRedisCache",
            "LOCATION": f"unix://{tmp_path}/nobody-here.sock",
        }
    }


def test_signing_in_works(agent):
    assert is_in(sign_in(agent.email)[0])


def test_guessing_is_still_stopped(agent):
    for number in range(10):
        sign_in(agent.email, f"wrong password {number}")
    assert sign_in(agent.email)[1].status_code == 429


def test_every_method_answers_something_harmless():
    from django.core.cache import cache

    assert cache.get("a", "b") == "b"
    assert cache.get("a", default="b") == "b"
    assert cache.add("a", 1)
    cache.set("a", 1)
    cache.set_many({"a": 1})
    cache.delete_many(["a"])
    cache.clear()
    assert cache.get_many(["a"]) == {}
    assert not cache.has_key("a")
    assert not cache.touch("a")
    assert not cache.delete("a")
