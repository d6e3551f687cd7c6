"""Fetches a page of a stranger's server without being led into our own network.

https only; every name is resolved here, every address it resolves to must be public, and the
connection goes to exactly the address that was checked, so a name that changes its mind between
the check and the call (DNS rebinding) gains nothing. Redirects are followed a few times, each
checked the same way. Size and total time are limited. For workers, never inside a request.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from threading import Timer
from urllib.parse import urljoin, urlsplit

from django.utils.translation import gettext as _

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS = 3
CHUNK = 65_536
PORT = 443


class OutboundError(Exception):
    """The page was not fetched; the text says why, for people."""


def fetch(url: str, *, limit_bytes: int, limit_seconds: float, authorization: str = "") -> bytes:
    """The body of a page. Raises OutboundError for anything but a complete 200.

    authorization: a header for the server of this address, not for those it leads on to.
    """
    deadline = time.monotonic() + limit_seconds
    for hop in range(MOST_REDIRECTS + 1):
        status, target, body = _get(url, limit_bytes, deadline, "" if hop else authorization)
        if status in REDIRECTS and target:
            url = urljoin(url, target)
        elif status == 200:
            return body
        else:
            raise OutboundError(_("The server answered %(status)s.") % {"status": status})
    raise OutboundError(_("The address leads from one place to the next without an end."))


def public_address(host: str) -> str:
    """An address of the host to connect to. Raises OutboundError unless all are public."""
    try:
        found = socket.getaddrinfo(host, PORT, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise OutboundError(_("There is no server of this name.")) from error
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(is_public(address) for address in addresses):
        raise OutboundError(_("The address leads into a private network."))
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet, also when wrapped into another kind."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


class _Pinned(http.client.HTTPSConnection):
    """A connection to one address, whose certificate is checked against the host's name."""

    def __init__(self, host: str, address: str, *, timeout: float) -> None:
        self._tls = tls_context()
        super().__init__(host, PORT, timeout=timeout, context=self._tls)
        self._address = address
        self._wire: socket.socket | None = None

    def connect(self) -> None:
        # Kept before the handshake, so that a handshake that drips can be cut off, too.
        self._wire = socket.create_connection((self._address, self.port), self.timeout)
        self._wire = self._tls.wrap_socket(self._wire, server_hostname=self.host)
        self.sock = self._wire

    def cut(self) -> None:
        """End whatever is being waited for; from another thread."""
        # shutdown() wakes a read that waits, close() would not. Of the plain kind: the TLS one
        # takes its state away under the hands of the reader. Not self.sock: an answer without a
        # length has taken that over. Not connected any more: nothing waits.
        if self._wire is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self._wire, socket.SHUT_RDWR)


def tls_context() -> ssl.SSLContext:
    """Certificates are checked; a test puts its own authority here."""
    return ssl.create_default_context()


def _get(
    url: str, limit_bytes: int, deadline: float, authorization: str = ""
) -> tuple[int, str, bytes]:
    """(status, Location, body) of one request; the body of a 200 only."""
    host, path = _parts(url)
    left = deadline - time.monotonic()
    if left <= 0:
        raise OutboundError(_("The server took too long."))
    connection = _Pinned(host, public_address(host), timeout=left)
    # The socket's own limit is per read: a server that drips byte by byte would never meet it.
    expired: list[bool] = []
    watch = Timer(left, _cut(connection, expired))
    watch.daemon = True
    watch.start()
    try:
        sign = {"Authorization": authorization} if authorization else {}
        connection.request("GET", path, headers={"Accept-Encoding": "identity", **sign})
        with connection.getresponse() as answer:
            body = _read(answer, limit_bytes) if answer.status == 200 else b""
        if expired:
            raise OutboundError(_("The server took too long."))
        return answer.status, answer.headers.get("Location", ""), body
    except ssl.SSLCertVerificationError as error:
        raise OutboundError(_("The server's certificate is not valid.")) from error
    except TimeoutError as error:
        raise OutboundError(_("The server took too long.")) from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        words = _("The server took too long.") if expired else _("The server does not answer.")
        raise OutboundError(words) from error
    finally:
        watch.cancel()
        connection.close()


def _parts(url: str) -> tuple[str, str]:
    """(host, path with query) of an address we would call."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise OutboundError(_("This is no address.")) from error
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.password:
        raise OutboundError(_("Only addresses that begin with https:// are called."))
    if port not in {None, PORT}:
        raise OutboundError(_("Only the usual port of https is called."))
    return parts.hostname, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _cut(connection: _Pinned, expired: list[bool]) -> Callable[[], None]:
    def cut() -> None:
        expired.append(True)
        connection.cut()

    return cut


def _read(answer: http.client.HTTPResponse, limit_bytes: int) -> bytes:
    body = bytearray()
    while chunk := answer.read(CHUNK):
        body += chunk
        if len(body) > limit_bytes:
            raise OutboundError(_("The file is too large."))
    return bytes(body)
