"""A small https server with an authority of its own, for code that calls strangers."""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "feeds.example"


class Stranger(BaseHTTPRequestHandler):
    """Answers by path: /good, /big, /slow, /drip, /to?where, anything else is 404."""

    body = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"

    def do_GET(self) -> None:
        path, _mark, rest = self.path.partition("?")
        if path == "/to":
            self.send_response(302)
            self.send_header("Location", rest)
            self.end_headers()
        elif path in {"/good", "/big", "/slow", "/drip"}:
            self._send(path)
        else:
            self.send_error(404)

    def _send(self, path: str) -> None:
        self.send_response(200)
        self.end_headers()
        if path == "/slow":
            time.sleep(3)
        for number in range(300 if path == "/drip" else 1):
            self.wfile.write(b"x" * (3_000_000 if path == "/big" else 0) or self.body)
            if path == "/drip" and number:
                time.sleep(0.05)

    def log_message(self, *args: object) -> None:
        """Silence: the output of tests is for failures."""


class Quiet(ThreadingHTTPServer):
    """A client that hangs up is what half of these tests are about."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing to say."""


def certificate(folder: Path) -> Path:
    """A file with key and self-signed certificate of HOST."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@contextmanager
def serving(pem: Path) -> Iterator[int]:
    """A running server; yields its port."""
    server = Quiet(("127.0.0.1", 0), Stranger)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
