"""A mail server that speaks enough IMAP4rev1 (RFC 3501) over TLS, and misbehaves when told to."""

import base64
import contextlib
import re
import socket
import ssl
import threading
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

FETCHED = re.compile(r"BODY\.PEEK\[\]<0\.(\d+)>")


@dataclass
class Kept:
    """One mail of the folder."""

    raw: bytes
    flags: set[str] = field(default_factory=set)


class Imap:
    """The server: `with Imap(pem) as server`. mails: {uid: Kept}, of the only folder, INBOX.

    refused: uids it does not hand out. breaks_at: uid at which it hangs up. is_read_only: STORE is
    refused. tokens: OAuth2 tokens it takes. said: commands it heard, without secrets.
    """

    def __init__(self, pem: Path) -> None:
        self.mails: dict[int, Kept] = {}
        self.validity, self.next_uid = 7, 1
        self.refused, self.breaks_at, self.is_read_only = set[int](), 0, False
        self.user, self.password, self.tokens = "support", "geheim-1", set[str]()
        self.said: list[str] = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        self.server = _Server(("127.0.0.1", 0), _Handler, context, self)
        self.port: int = self.server.server_address[1]

    def __enter__(self) -> "Imap":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def put(self, raw: bytes, *flags: str) -> int:
        """A mail comes in; returns its UID."""
        uid = self.next_uid
        self.mails[uid], self.next_uid = Kept(raw, set(flags)), uid + 1
        return uid

    def seen(self) -> list[int]:
        """UIDs that are marked as read."""
        return [uid for uid, kept in self.mails.items() if r"\Seen" in kept.flags]


class _Server(ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, at: Any, handler: Any, context: ssl.SSLContext, desk: Imap) -> None:
        super().__init__(at, handler)
        self.context, self.desk = context, desk

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Wrapped in the connection's own thread: a client that refuses the certificate ends it."""
        try:
            wrapped = self.context.wrap_socket(request, server_side=True)
        except (ssl.SSLError, OSError):
            return
        super().finish_request(wrapped, client_address)

    def shutdown_request(self, request: Any) -> None:
        """As far as there is anything left to shut."""
        with contextlib.suppress(OSError):
            request.shutdown(socket.SHUT_RDWR)
        self.close_request(request)


class _Handler(StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self.desk = self.server.desk
        self._say("* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2] at your service")
        while line := self.rfile.readline():
            tag, _space, words = line.decode().strip().partition(" ")
            if not self._do(tag, words):
                return

    def _do(self, tag: str, words: str) -> bool:
        """Whether the connection goes on."""
        name = words.split(" ")[0].upper()
        self.desk.said.append("LOGIN" if name == "LOGIN" else words)
        if name == "UID":
            return self._uid(tag, words[4:])
        answer = {
            "CAPABILITY": self._capability, "LOGIN": self._login, "AUTHENTICATE": self._oauth,
            "SELECT": self._select, "LOGOUT": self._logout,
        }.get(name)  # fmt: skip
        self._say(f"{tag} {answer(words) if answer else 'BAD what?'}")
        return name != "LOGOUT"

    def _capability(self, _words: str) -> str:
        self._say("* CAPABILITY IMAP4rev1 AUTH=XOAUTH2")
        return "OK done"

    def _login(self, words: str) -> str:
        found = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', words)
        name, password = (a or b for a, b in found[1:3])
        if (name, re.sub(r"\\(.)", r"\1", password)) != (self.desk.user, self.desk.password):
            return "NO [AUTHENTICATIONFAILED] wrong name or password"
        return "OK in"

    def _oauth(self, _words: str) -> str:
        self._say("+ ")
        said = base64.b64decode(self.rfile.readline().strip()).decode()
        token = re.fullmatch(rf"user={self.desk.user}\x01auth=Bearer (.*)\x01\x01", said)
        if token and token[1] in self.desk.tokens:
            return "OK in"
        return "NO [AUTHENTICATIONFAILED] this token is not good"

    def _select(self, words: str) -> str:
        if "INBOX" not in words:
            return "NO no such folder"
        self._say(f"* {len(self.desk.mails)} EXISTS")
        self._say(f"* OK [UIDVALIDITY {self.desk.validity}] valid")
        self._say(f"* OK [UIDNEXT {self.desk.next_uid}] next")
        return "OK [READ-WRITE] open"

    def _logout(self, _words: str) -> str:
        self._say("* BYE")
        return "OK out"

    def _uid(self, tag: str, words: str) -> bool:
        name, *rest = words.split(" ", 2)
        if name.upper() == "SEARCH":
            self._say("* SEARCH " + " ".join(str(uid) for uid in self._searched(words[7:])))
            self._say(f"{tag} OK found")
            return True
        uid = int(rest[0])
        if uid == self.desk.breaks_at:
            return False
        if uid in self.desk.refused or (name.upper() == "STORE" and self.desk.is_read_only):
            self._say(f"{tag} NO not this one")
            return True
        kept = self.desk.mails.get(uid)
        if kept and name.upper() == "STORE":
            kept.flags.add(r"\Seen")
        elif kept:
            self._hand_out(uid, kept, rest[1])
        self._say(f"{tag} OK done")
        return True

    def _searched(self, words: str) -> list[int]:
        uids = sorted(self.desk.mails)
        if words == "UNSEEN":
            return [uid for uid in uids if r"\Seen" not in self.desk.mails[uid].flags]
        first = int(words.removeprefix("UID ").partition(":")[0])
        return [uid for uid in uids if uid >= first] or uids[-1:]  # n:* always names the last

    def _hand_out(self, uid: int, kept: Kept, what: str) -> None:
        limit = FETCHED.search(what)
        assert limit, what
        part = kept.raw[: int(limit[1])]
        self._say(f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(part)}}}")
        self.wfile.write(part)
        self._say(")")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())
