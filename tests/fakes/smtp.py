"""An SMTP server that keeps what it is given, and misbehaves when told to."""

import asyncio
import time
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Received:
    """One accepted mail: the envelope, the message, and when (time.monotonic())."""

    sender: str
    recipients: list[str]
    message: EmailMessage
    at: float = field(default_factory=time.monotonic)

    @property
    def text(self) -> str:
        """The plain part."""
        part = self.message.get_body(("plain",))
        return part.get_content() if part else ""

    @property
    def html(self) -> str:
        """The HTML part."""
        part = self.message.get_body(("html",))
        return part.get_content() if part else ""


class Sink:
    """The server: `with Sink() as sink`, then sink.url is a Django EMAIL_URL.

    delay: seconds between taking a mail and saying so. answer: "" takes everything, else the
    line every recipient is answered with ("451 try later"). refused: addresses that get a 550.
    """

    def __init__(self, *, port: int = 0) -> None:
        self.received: list[Received] = []
        self.delay, self.answer, self.refused = 0.0, "", set[str]()
        self.in_the_air = 0  # taken, not yet acknowledged
        self.connections = 0
        self.controller = Controller(self, hostname="127.0.0.1", port=port or free_port())

    def __enter__(self) -> "Sink":
        self.controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.controller.stop()

    def shut(self) -> None:
        """Nobody listens any more."""
        self.controller.stop()

    def reopen(self) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.controller.port)
        self.controller.start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.controller.port}"

    def to(self, address: str) -> list[Received]:
        """Mails to one address, in the order they came."""
        return [mail for mail in list(self.received) if address in mail.recipients]

    # aiosmtpd calls these.
    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Envelope, name: str, answers: list[str]
    ) -> list[str]:
        session.host_name = name
        self.connections += 1
        return answers

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if self.answer:
            return self.answer
        if address in self.refused:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        message = message_from_bytes(raw, policy=policy.default)
        # Kept before it is acknowledged: a sender that dies in between has sent it.
        self.received.append(Received(envelope.mail_from or "", list(envelope.rcpt_tos), message))
        self.in_the_air += 1
        try:
            await asyncio.sleep(self.delay)
        finally:  # who hangs up meanwhile ends this, too
            self.in_the_air -= 1
        return "250 OK"


def free_port() -> int:
    """A port of the loopback that nobody uses now."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
