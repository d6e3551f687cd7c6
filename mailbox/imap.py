"""A mail server over IMAP4rev1: the few words of it that fetching needs. No database.

imaplib does the talking; this says it in our terms and turns every way it fails into ImapProblem.
"""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests
from django.utils.translation import gettext as _

from mailbox.models import ImapAccount

SECONDS = 20  # for each answer of the server
JSON, OK = "application/json", 200
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class ImapProblem(Exception):
    """The server could not be used; the text says why, for administrators."""


class ImapRefused(ImapProblem):
    """It answered NO to one command; the connection is as good as before."""


@dataclass
class Folder:
    """The opened folder. validity: its UIDVALIDITY; next_uid: of the first mail yet to come."""

    server: imaplib.IMAP4
    validity: int
    next_uid: int

    def after(self, uid: int) -> list[int]:
        """UIDs above this one, seen or not, ascending: a person may have read them first."""
        found = self._search("UID", f"{uid + 1}:*")
        return [one for one in found if one > uid]  # n:* names the last mail even below n

    def unseen(self) -> list[int]:
        """UIDs nobody has read, ascending."""
        return self._search("UNSEEN")

    def size_of(self, uid: int) -> int | None:
        """In bytes; None when the mail is gone."""
        for part in self._fetch(uid, "(RFC822.SIZE)"):
            match = _SIZE.search(part if isinstance(part, bytes) else part[0])
            if match:
                return int(match[1])
        return None

    def raw(self, uid: int, limit: int) -> bytes | None:
        """The mail's bytes, no more than limit, without marking it; None when it is gone."""
        for part in self._fetch(uid, f"(BODY.PEEK[]<0.{limit}>)"):
            if isinstance(part, tuple):
                return bytes(part[1])
        return None

    def mark_seen(self, uid: int) -> None:
        """Say in the mailbox that it was taken."""
        self._ask("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")

    def _search(self, *words: str) -> list[int]:
        lines = self._ask("SEARCH", *words)
        return sorted(int(word) for line in lines if line for word in line.split())

    def _fetch(self, uid: int, what: str) -> list[Any]:
        return [part for part in self._ask("FETCH", str(uid), what) if part]

    def _ask(self, command: str, *words: str) -> list[Any]:
        with _problems():
            status, lines = self.server.uid(command, *words)
        if status != "OK":
            raise ImapRefused(_("The server refused %(command)s.") % {"command": command})
        return list(lines)


@contextmanager
def opened(account: ImapAccount) -> Iterator[Folder]:
    """Sign in and open the folder. Raises ImapProblem."""
    server = _connected(account)
    try:
        with _problems():
            _sign_in(server, account)
            folder = _selected(server, account.folder)
        yield folder
    finally:
        with _ignored_on_leaving():
            server.logout()


def _connected(account: ImapAccount) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    with _problems():
        if account.security == ImapAccount.Security.TLS:
            return imaplib.IMAP4_SSL(
                account.host, account.port, ssl_context=context, timeout=SECONDS
            )
        server = imaplib.IMAP4(account.host, account.port, timeout=SECONDS)
        try:
            server.starttls(context)
        except BaseException:
            server.shutdown()
            raise
        return server


def _sign_in(server: imaplib.IMAP4, account: ImapAccount) -> None:
    if account.sign_in == ImapAccount.SignIn.PASSWORD:
        name = account.username.replace("\\", "\\\\").replace('"', '\\"')
        server.login(f'"{name}"', account.secret)
        return
    words = f"user={account.username}\x01auth=Bearer {access_token(account)}\x01\x01"
    server.authenticate("XOAUTH2", lambda _challenge: words.encode())


def access_token(account: ImapAccount) -> str:
    """A fresh token for the refresh token (RFC 6749, 6). Raises ImapProblem."""
    asked = {
        "grant_type": "refresh_token",
        "refresh_token": account.secret,
        "client_id": account.client_id,
    }
    if account.client_secret:
        asked["client_secret"] = account.client_secret
    try:
        answer = requests.post(
            account.token_url, data=asked, timeout=SECONDS, allow_redirects=False
        )
        found = answer.json() if answer.headers.get("Content-Type", "").startswith(JSON) else {}
    except (requests.RequestException, ValueError) as error:
        words = {"why": type(error).__name__}
        raise ImapProblem(_("The token address did not answer: %(why)s.") % words) from error
    token = found.get("access_token") if isinstance(found, dict) else None
    if answer.status_code != OK or not isinstance(token, str):
        why = str(found.get("error", ""))[:100] if isinstance(found, dict) else ""
        words = {"why": f"{answer.status_code} {why}".strip()}
        raise ImapProblem(_("The token address refused: %(why)s.") % words)
    return token


def _selected(server: imaplib.IMAP4, name: str) -> Folder:
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    status, _lines = server.select(f'"{quoted}"')
    if status != "OK":
        raise ImapProblem(_("There is no folder “%(name)s”.") % {"name": name})
    return Folder(server, _number(server, "UIDVALIDITY"), _number(server, "UIDNEXT"))


def _number(server: imaplib.IMAP4, name: str) -> int:
    _name, found = server.response(name)
    value = found[-1] if found else None
    return int(value) if value and bytes(value).isdigit() else 0


@contextmanager
def _problems() -> Iterator[None]:
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        words = {"why": error.verify_message}
        raise ImapProblem(_("The server's certificate is not good: %(why)s.") % words) from error
    except TimeoutError as error:
        raise ImapProblem(_("The server did not answer in time.")) from error
    except imaplib.IMAP4.error as error:
        raise ImapProblem(_said(error)) from error
    except (OSError, UnicodeError, ValueError) as error:
        words = {"why": str(error)[:200] or type(error).__name__}
        raise ImapProblem(_("The server cannot be reached: %(why)s") % words) from error


def _said(error: Exception) -> str:
    """What the server says, as text: imaplib hands it on as bytes in the exception."""
    first = error.args[0] if error.args else ""
    words = first.decode(errors="replace") if isinstance(first, bytes) else str(first)
    return _("The server says: %(words)s") % {"words": words[:300]}


@contextmanager
def _ignored_on_leaving() -> Iterator[None]:
    """Nobody waits for the answer to a goodbye."""
    try:
        yield
    except (OSError, imaplib.IMAP4.error):
        return
