"""The web process of `./desk run`: loads everything, waits to be let in, then serves.

It loads while the database is being prepared. No page may be served before that is done, so it
opens its port only when its standard input ends.
"""

import os
import sys

import uvicorn
from django.urls import get_resolver

from supportdesk.asgi import application

HOST = "127.0.0.1"


def main() -> None:
    _ = get_resolver().url_patterns  # else the first visitor waits for all views to load
    sys.stdin.read()
    uvicorn.run(
        application,
        host=HOST,
        port=int(os.environ.get("PORT", "8000")),
        lifespan="off",
        # X-Forwarded-For is for core.http.client_ip to believe or not.
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=5,
    )


if __name__ == "__main__":
    main()
