"""Calling a stranger's server: not into our network, not for ever, not without measure."""

import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import outbound
from core.outbound import OutboundError, fetch, is_public, public_address
from tests.fakes.https import HOST, Stranger, certificate, serving

real_public_address = outbound.public_address


@pytest.fixture
def stranger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Address of the server. Only its own name is let through to this machine."""
    pem = certificate(tmp_path)
    with serving(pem) as port:
        monkeypatch.setattr(outbound, "PORT", port)
        monkeypatch.setattr(
            outbound, "tls_context", lambda: ssl.create_default_context(cafile=str(pem))
        )
        monkeypatch.setattr(
            outbound,
            "public_address",
            lambda host: "127.0.0.1" if host == HOST else real_public_address(host),
        )
        yield f"https://{HOST}"


def get(url: str, seconds: float = 10) -> bytes:
    return fetch(url, limit_bytes=1_000_000, limit_seconds=seconds)


def test_a_page_and_a_redirect_to_it(stranger: str) -> None:
    assert get(f"{stranger}/good") == Stranger.body
    assert get(f"{stranger}/to?/good") == Stranger.body


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/gone", "answered 404"),
        ("/big", "too large"),
        ("/to?/to?/to?/to?/to?/good", "without an end"),
        ("/to?http://feeds.example/good", "begin with https"),
        ("/to?https://127.0.0.1/good", "private network"),
        ("/to?https://localhost/good", "private network"),
        ("/to?file:///etc/passwd", "begin with https"),
    ],
)
def test_what_is_refused_on_the_way(stranger: str, path: str, words: str) -> None:
    with pytest.raises(OutboundError, match=words):
        get(stranger + path)


@pytest.mark.parametrize("path", ["/slow", "/drip"])
def test_the_time_is_limited_in_all(stranger: str, path: str) -> None:
    begins = time.monotonic()
    with pytest.raises(OutboundError, match="too long"):
        get(stranger + path, seconds=1)
    assert time.monotonic() - begins < 2.5


def test_a_certificate_of_nobody_is_refused(stranger: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "tls_context", ssl.create_default_context)
    with pytest.raises(OutboundError, match="certificate"):
        get(f"{stranger}/good")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "ftp://example.com/", "//example.com/", "https:///x", "https://",
        "https://user:secret@example.com/", "https://example.com:22/", "https://[::1",
        "https://example.com:99999/",
    ],
)  # fmt: skip
def test_addresses_nobody_calls(url: str) -> None:
    with pytest.raises(OutboundError):
        get(url)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "0.0.0.0",
        "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0",
        "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
        "ff02::1",
    ],
)  # fmt: skip
def test_what_is_not_the_open_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111", "64:ff9b::5db8:d822"])
def test_what_is(address: str) -> None:
    assert is_public(address)


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(socket.AF_INET, 1, 6, "", (ip, 443)) for ip in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: both)
    with pytest.raises(OutboundError, match="private"):
        public_address("rebind.example")


def test_a_name_nobody_has(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_args: object, **_more: object) -> None:
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(OutboundError, match="no server"):
        public_address("nowhere.example")
