"""A cache that may be away: then nothing is remembered, and nobody sees an error page.

Redis is only the bell of this house. Limits of sign-in that live here pause while it is away;
axes, which counts in PostgreSQL, goes on.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def _or(answer: Any, method: Callable) -> Callable:
    """The method, answering `answer` (or what it says for these arguments) without Redis."""

    @wraps(method)
    def forgiving(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except (RedisError, OSError) as error:
            logger.warning("cache unavailable: %s", type(error).__name__)
            return answer(*args, **kwargs) if callable(answer) else answer

    return forgiving


def _default(_self: Any, _key: str, default: Any = None, **_: Any) -> Any:
    return default


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache; a miss or a silent success where it would raise ConnectionError."""

    get = _or(_default, RedisCache.get)
    add = _or(True, RedisCache.add)
    set = _or(None, RedisCache.set)
    touch = _or(False, RedisCache.touch)
    delete = _or(False, RedisCache.delete)
    get_many = _or(lambda *a, **k: {}, RedisCache.get_many)
    set_many = _or(lambda *a, **k: [], RedisCache.set_many)
    delete_many = _or(None, RedisCache.delete_many)
    has_key = _or(False, RedisCache.has_key)
    clear = _or(False, RedisCache.clear)
