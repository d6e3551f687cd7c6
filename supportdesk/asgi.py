"""Pages and WebSockets in one process: `uvicorn supportdesk.asgi:application --lifespan off`.

Pages run as WSGI in a few threads that keep their database connections. Django's own ASGI handler
would open a new connection for every request, which is slower and exhausts PostgreSQL.
"""

import os
from collections.abc import Awaitable, Callable
from typing import Any

# First: it sets Django up, which everything with models needs.
from supportdesk.wsgi import application as pages

# isort: split
from a2wsgi import WSGIMiddleware
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import re_path

from supportdesk.routing import websocket_urlpatterns


async def _refuse(scope: Any, receive: Any, send: Callable[[Any], Awaitable[None]]) -> None:
    """Close a WebSocket to an unknown address; without this each one is an error in the log."""
    await send({"type": "websocket.close", "code": 4404})


_sockets = URLRouter([*websocket_urlpatterns, re_path("", _refuse)])  # type: ignore[arg-type]
_threads = int(os.environ.get("WEB_THREADS", "4"))

application = ProtocolTypeRouter(
    {
        "http": WSGIMiddleware(pages, workers=_threads),  # type: ignore[arg-type]
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(_sockets)),
    }
)
