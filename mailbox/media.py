"""Pictures of an MMS, fetched from Twilio by a worker."""

import mimetypes
from base64 import b64encode
from dataclasses import dataclass
from urllib.parse import urlsplit

import puremagic
from django.conf import settings

from core.outbound import OutboundError, fetch
from mailbox.parsing.message import MailFile

MOST_FILES = 10  # Twilio's own limit of one message
SECONDS = 20.0


@dataclass(frozen=True)
class Media:
    """files: what came. missing: why others did not, in words."""

    files: list[MailFile]
    missing: list[str]


def fetch_media(wanted: list[dict[str, str]]) -> Media:
    """Each {"url", "type"}; nothing of our own network is called, nothing larger than a file."""
    files: list[MailFile] = []
    missing: list[str] = []
    for number, one in enumerate(wanted[:MOST_FILES], start=1):
        name = f"sms-{number}"
        try:
            content = fetch(
                one["url"],
                limit_bytes=settings.FILE_MAX_BYTES,
                limit_seconds=SECONDS,
                authorization=_our_sign(one["url"]),
            )
        except OutboundError as error:
            missing.append(f"{name}: {error}")
        else:
            files.append(MailFile(name + _ending(content, one["type"]), one["type"], content))
    return Media(files, missing)


def _ending(content: bytes, stated: str) -> str:
    """Of what it is; what it is said to be counts where nothing is recognised."""
    try:
        found = str(puremagic.from_string(content))
    except (puremagic.PureError, ValueError):
        found = ""
    return found or mimetypes.guess_extension(stated) or ""


def _our_sign(url: str) -> str:
    """Our account's password is shown to Twilio and to nobody else."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    if host != "api.twilio.com":
        return ""
    pair = f"{settings.TWILIO_ACCOUNT_SID}:{settings.TWILIO_AUTH_TOKEN}"
    return "Basic " + b64encode(pair.encode()).decode()
