"""A push service: takes encrypted messages over HTTP, and opens them as the browser would."""

import base64
import json
import os
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CREATED = 201


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class FakePush:
    """`with FakePush() as push`, then push.url is an endpoint, push.keys those of the browser.

    status: what it answers; headers: of that answer. shown: messages as the browser read them;
    raw: as they travelled, with their headers.
    """

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.secret = os.urandom(16)
        point = self.private.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
        self.keys = {"p256dh": _text(point), "auth": _text(self.secret)}
        self.status, self.headers = CREATED, {}
        self.shown: list[dict[str, Any]] = []
        self.raw: list[tuple[dict[str, str], bytes]] = []

    def __enter__(self) -> "FakePush":
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self.take))
        self.url = f"http://127.0.0.1:{self.server.server_port}/device/1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def take(self, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str]]:
        self.raw.append((headers, body))
        if self.status == CREATED:
            text = http_ece.decrypt(
                body, private_key=self.private, auth_secret=self.secret, version="aes128gcm"
            )
            self.shown.append(json.loads(text))
        return self.status, self.headers


def _handler(take: Callable[..., tuple[int, dict[str, str]]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, headers = take({k.lower(): v for k, v in self.headers.items()}, body)
            self.send_response(status)
            for name, value in ({"Content-Length": "0"} | headers).items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    return Handler
