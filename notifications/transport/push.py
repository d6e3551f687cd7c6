"""Web Push: one encrypted message to one browser, by way of its maker's service. No database."""

import json
from base64 import urlsafe_b64encode
from email.utils import parseaddr
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_noop as _

from notifications.models import Notification
from notifications.transport.outcomes import (
    ACCOUNT_TROUBLE,
    SERVER_ERROR,
    Gone,
    Later,
    Receipt,
    Refused,
)

KEPT_SECONDS = 86_400  # for a device that is off
NO_SUCH_DEVICE = {404, 410}


@cache
def signer(secret: str) -> Any:
    """The desk's key pair, the same as long as its SECRET_KEY is: nothing to set up."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from py_vapid import Vapid

    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256
    number = salted_hmac("notifications.webpush", "", secret=secret, algorithm="sha512").digest()
    scalar = int.from_bytes(number, "big") % (order - 1) + 1
    return Vapid(ec.derive_private_key(scalar, ec.SECP256R1()))


def public_key() -> str:
    """What a browser asks for before it agrees: an uncompressed point in URL-safe base64."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    point = signer(settings.SECRET_KEY).public_key.public_bytes(
        Encoding.X962, PublicFormat.UncompressedPoint
    )
    return urlsafe_b64encode(point).rstrip(b"=").decode()


def is_known_service(endpoint: str) -> bool:
    """Whether a maker of browsers runs it: the desk calls no address that somebody made up."""
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    is_ours = any(host == name or host.endswith(f".{name}") for name in settings.PUSH_HOSTS)
    return parts.scheme == "https" and port in (None, 443) and is_ours and "@" not in parts.netloc


def payload(row: Notification) -> str:
    """What the browser shows: that there is news, and where. No name, no words of anybody."""
    tag = f"{row.event.subject_type}-{row.event.subject_id}" if row.event else "news"
    words = {"title": settings.SITE_NAME, "body": row.subject, "url": row.url, "tag": tag}
    return json.dumps(words)


def send_push(row: Notification) -> Receipt:
    """Send one. Raises Gone when the browser is not there any more."""
    import requests
    from pywebpush import WebPushException, webpush

    if row.device is None:
        raise Gone(_("the device was removed"))
    info = {
        "endpoint": row.device.endpoint,
        "keys": {"p256dh": row.device.p256dh, "auth": row.device.auth},
    }
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    try:
        with requests.Session() as session:
            session.max_redirects = 0  # a service does not send us elsewhere
            webpush(
                info,
                payload(row),
                vapid_private_key=signer(settings.SECRET_KEY),
                vapid_claims={"sub": f"mailto:{sender}"},
                timeout=settings.EMAIL_TIMEOUT,
                ttl=KEPT_SECONDS,
                requests_session=session,
            )
    except WebPushException as error:
        raise _outcome(error) from error
    except (requests.RequestException, OSError) as error:
        raise Later(f"{type(error).__name__}: {error}"[:500]) from error
    except ValueError as error:  # keys that are none
        raise Gone(str(error)[:500]) from error
    return Receipt()


def _outcome(error: Any) -> Exception:
    """What an answer means; without one the message itself could not be made."""
    if error.response is None:
        return Gone(str(error)[:500])
    status = error.response.status_code
    words = f"{status} {error.response.text}"[:500]
    if status in NO_SUCH_DEVICE:
        return Gone(words)
    if status < SERVER_ERROR and status not in ACCOUNT_TROUBLE:
        return Refused(words)
    waits = error.response.headers.get("Retry-After", "")
    return Later(words, after=min(float(waits), 86_400.0) if waits.isdecimal() else None)
