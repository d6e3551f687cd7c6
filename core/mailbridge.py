"""Lets a lower app send a mail through the outbox of an upper one.

accounts lies below notifications and must not import it. notifications registers its function
when Django starts; until somebody does, a mail is refused loudly instead of lost.
"""

from collections.abc import Callable
from typing import Any

_sender: Callable[..., Any] | None = None
_mailboxes: Callable[[], set[str]] = set


def register(sender: Callable[..., Any]) -> None:
    """Name the function that queues mails: sender(to, subject, text, html, dedupe_key)."""
    global _sender
    _sender = sender


def queue_mail(to: str, subject: str, text: str, html: str = "", dedupe_key: str = "") -> None:
    """Put a mail in the outbox, in the current transaction.

    text, html: both parts of the body, html may be empty. dedupe_key: a second mail of the same
    key is not written; empty: always written. Raises RuntimeError when nobody registered.
    """
    if _sender is None:
        raise RuntimeError("no app has registered an outbox with core.mailbridge")
    _sender(to, subject, text, html, dedupe_key)


def register_mailboxes(addresses: Callable[[], set[str]]) -> None:
    """Name the function that knows the addresses people write to us at, in lower case."""
    global _mailboxes
    _mailboxes = addresses


def mailboxes() -> set[str]:
    """The addresses people write to us at, in lower case; none without the app for it."""
    return _mailboxes()
