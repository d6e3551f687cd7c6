"""Pages per second and waiting time of the public pages, through the server of `./desk run`.

Measures the demo data of the checkout; run ./desk run once before. Requests go to 127.0.0.1 only.
"""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from benchmarks import Row
from supportdesk import embedded

PATHS = ["/healthz", "/readyz", "/accounts/login/", "/static/css/app.css"]
CLIENTS = 4
REQUESTS = 200  # of each client


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def client(port: int, path: str) -> list[float]:
    """Milliseconds of each request over one kept connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    waits = []
    for _ in range(REQUESTS):
        start = time.perf_counter()
        connection.request("GET", path, headers={"Host": "localhost"})
        answer = connection.getresponse()
        answer.read()
        waits.append((time.perf_counter() - start) * 1000)
    connection.close()
    return waits


def measure(port: int, path: str) -> Row:
    client(port, path)  # warm
    start = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        parts = list(pool.map(lambda _: client(port, path), range(CLIENTS)))
    waits = sorted(wait for part in parts for wait in part)
    return {
        "path": path,
        "per_second": round(len(waits) / (time.perf_counter() - start), 1),
        "median_ms": round(statistics.median(waits), 2),
        "p95_ms": round(waits[int(len(waits) * 0.95)], 2),
        "max_ms": round(waits[-1], 2),
    }


def run() -> list[Row]:
    os.environ["PORT"] = str(free_port())
    from supportdesk import supervisor

    server = subprocess.Popen(
        supervisor.WEB, stdin=subprocess.DEVNULL, preexec_fn=embedded.die_with_parent
    )
    try:
        while not supervisor.is_healthy():
            if server.poll() is not None:
                sys.exit("the web server did not start")
            time.sleep(0.05)
        return [measure(supervisor.PORT, path) for path in PATHS]
    finally:
        server.terminate()
        server.wait()
