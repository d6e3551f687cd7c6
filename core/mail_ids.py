"""Signs on the mails we send, so that an answer finds its way and a forged one does not.

A sign is <kind>-<number>-<signature>: in our Message-IDs before the @, and hidden in the body for
providers that give mails an id of their own. Only what carries our signature is ours.
"""

import re
from collections.abc import Iterator

from django.conf import settings
from django.core.signing import Signer
from django.utils.crypto import constant_time_compare

_SIGN = r"([a-z]{1,20})-([0-9]{1,18})-([A-Za-z0-9-]{16})"
_ID = re.compile(rf"<?{_SIGN}@[^\s<>@]{{1,255}}>?")
_MARKER = re.compile(rf"\{{#SD:{_SIGN}#\}}")
MOST_MARKERS = 50  # a body of a million markers costs a million signatures


def message_id(kind: str, number: int) -> str:
    """The Message-ID, in its brackets, of something we send."""
    return f"<{sign(kind, number)}@{_domain()}>"


def marker(kind: str, number: int) -> str:
    """The same sign for the body of a mail."""
    return f"{{#SD:{sign(kind, number)}#}}"


def sign(kind: str, number: int) -> str:
    text = f"{kind}-{number}"
    return f"{text}-{_signature(text)}"


def read_id(text: str) -> tuple[str, int] | None:
    """(kind, number) of a Message-ID of ours; None for another's and for a forged one."""
    found = _ID.fullmatch(text.strip())
    return _checked(found) if found else None


def looks_like_ours(text: str) -> bool:
    """Whether it has our form, whoever signed it: a forged one is worth a word in the trace."""
    return _ID.fullmatch(text.strip()) is not None


def read_markers(body: str) -> Iterator[tuple[str, int]]:
    """The signed markers of a body, the first (newest) first."""
    for number, found in enumerate(_MARKER.finditer(body)):
        if number == MOST_MARKERS:
            return
        checked = _checked(found)
        if checked:
            yield checked


def _checked(found: re.Match[str]) -> tuple[str, int] | None:
    kind, number, given = found.groups()
    if number != str(int(number)):  # "007" is not how we write 7
        return None
    ours = _signature(f"{kind}-{number}")
    return (kind, int(number)) if constant_time_compare(ours, given) else None


def _signature(text: str) -> str:
    return Signer(salt="notifications.message-id").signature(text).replace("_", "x")[:16]


def _domain() -> str:
    return settings.SITE_URL.split("://", 1)[1].split("/")[0].split(":")[0]
