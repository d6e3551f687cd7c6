"""Who has a ticket open and who is writing on it: in Redis, gone by itself, advice and no lock.

Two sorted sets hold lines "ticket:user:page:name" with the moment each of them runs out: one per
ticket for everybody who looks, one for all tickets for those who write (so that a page of the
queue asks once). Without Redis nobody is here, and everything else works.
"""

import logging
import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection
from redis import Redis
from redis.exceptions import RedisError

from accounts.models import User
from tickets.models import Ticket

logger = logging.getLogger(__name__)

SECONDS = 25  # a page says every ten seconds that it is still open
MOST = 50  # people shown on a ticket, or writing anywhere, at once


@dataclass(frozen=True, order=True)
class Person:
    """A colleague on a ticket."""

    name: str
    user_id: int
    is_writing: bool = False

    @property
    def first_name(self) -> str:
        return self.name.split(maxsplit=1)[0] if self.name else ""


def _key(ticket_id: int | None = None) -> str:
    """Of a ticket, or of those who write anywhere; two desks may share one Redis."""
    return f"presence.{connection.settings_dict['NAME']}.{ticket_id or 'writing'}"


@cache
def _client() -> Redis:
    return Redis.from_url(settings.PRESENCE_URL, socket_connect_timeout=1, socket_timeout=1)


def _line(ticket_id: int, user: Any, page: str) -> str:
    return f"{ticket_id}:{user.pk}:{page}:{user.name}"


def may_be_here(user: Any, ticket_id: int) -> bool:
    """Staff who see the ticket. Asks the database each time: rights end while pages are open."""
    fresh = User.objects.filter(pk=user.pk).first()  # not the one a page came with
    if fresh is None or not fresh.is_active or not fresh.is_staff_member:
        return False
    return Ticket.objects.visible_to(fresh).filter(pk=ticket_id).exists()


def say_here(ticket_id: int, user: Any, page: str, *, is_writing: bool) -> None:
    """Somebody has the ticket open on this page (any short text without a colon)."""
    line, until = _line(ticket_id, user, page), time.time() + SECONDS
    try:
        with _client().pipeline(transaction=False) as pipe:
            pipe.zadd(_key(ticket_id), {line: until})
            pipe.expire(_key(ticket_id), SECONDS)
            pipe.zremrangebyscore(_key(), 0, time.time())
            if is_writing:
                pipe.zadd(_key(), {line: until})
            else:
                pipe.zrem(_key(), line)
            pipe.execute()
    except (RedisError, OSError) as error:
        logger.warning("presence unavailable: %s", type(error).__name__)


def say_gone(ticket_id: int, user: Any, page: str) -> None:
    """The page is closed, or may no longer show the ticket."""
    line = _line(ticket_id, user, page)
    try:
        with _client().pipeline(transaction=False) as pipe:
            pipe.zrem(_key(ticket_id), line)
            pipe.zrem(_key(), line)
            pipe.execute()
    except (RedisError, OSError) as error:
        logger.warning("presence unavailable: %s", type(error).__name__)


def people_on(ticket_id: int, *, but: int | None = None) -> list[Person]:
    """Who is here, writers first, each once. but: key of the user who asks."""
    now = time.time()
    try:
        with _client().pipeline(transaction=False) as pipe:
            pipe.zrangebyscore(_key(ticket_id), f"({now}", "+inf", start=0, num=MOST)
            pipe.zrangebyscore(_key(), f"({now}", "+inf", start=0, num=MOST)
            looking, writing = pipe.execute()
    except (RedisError, OSError) as error:
        logger.warning("presence unavailable: %s", type(error).__name__)
        return []
    writers = {user_id for ticket, user_id, _name in map(_read, writing) if ticket == ticket_id}
    found = {
        Person(name, user_id, user_id in writers)
        for _ticket, user_id, name in map(_read, looking)
        if user_id != but
    }
    return sorted(found, key=lambda person: (not person.is_writing, person.name, person.user_id))


def writers(*, but: int | None = None) -> dict[int, list[str]]:
    """Ticket key -> first names of who writes there now. One call, for any number of tickets.

    Only for tickets the reader may see: the caller looks keys of its own rows up in it.
    """
    try:
        lines = _client().zrangebyscore(_key(), f"({time.time()}", "+inf", start=0, num=MOST * 10)
    except (RedisError, OSError) as error:
        logger.warning("presence unavailable: %s", type(error).__name__)
        return {}
    found: dict[int, list[str]] = {}
    for ticket_id, user_id, name in sorted(set(map(_read, lines))):
        if user_id != but:
            found.setdefault(ticket_id, []).append(Person(name, user_id).first_name)
    return found


def _read(line: bytes) -> tuple[int, int, str]:
    ticket_id, user_id, _page, name = line.decode().split(":", 3)
    return int(ticket_id), int(user_id), name
