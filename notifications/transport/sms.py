"""SMS through Twilio, and what its answers mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from notifications.audiences import sms_is_configured
from notifications.models import Notification
from notifications.transport.lines import Line
from notifications.transport.outcomes import (
    ACCOUNT_TROUBLE,
    SERVER_ERROR,
    Doubtful,
    Later,
    NotConfigured,
    Receipt,
    Refused,
    Unreachable,
    was_never_connected,
    words_of,
)


@cache
def _twilio() -> tuple[Any, Any, Any]:
    """Twilio's classes. Imported on first use: they take a second that few processes need."""
    from twilio.base.exceptions import TwilioRestException
    from twilio.http.http_client import TwilioHttpClient
    from twilio.rest import Client

    return Client, TwilioHttpClient, TwilioRestException


def send_sms(row: Notification, line: Line) -> Receipt:
    if not sms_is_configured():
        raise NotConfigured(_("no SMS account configured"))
    refused = _twilio()[2]
    client = _client(line)
    line.headers.clear()
    try:
        sent = client.messages.create(
            to=row.address,
            from_=settings.TWILIO_FROM,
            body=row.body_text,
            **_where_to_report(row),
        )
    except refused as error:
        raise _sms_outcome(error, line.headers) from error
    except Exception as error:
        raise _sms_failure(error) from error
    return Receipt(
        str(sent.sid or "")[:200], segments=_whole(sent.num_segments), status=str(sent.status or "")
    )


def _where_to_report(row: Notification) -> dict[str, str]:
    """The page Twilio tells what became of it. It calls nothing but public https addresses."""
    if not settings.SITE_URL.startswith("https://"):
        return {}
    page = reverse("notifications:sms_status", args=[row.pk])
    return {"status_callback": settings.SITE_URL + page}


@dataclass(frozen=True)
class SmsReport:
    """An SMS as it stands at Twilio. price: negative when we pay, None while unknown."""

    status: str
    code: int
    price: Decimal | None
    unit: str
    segments: int | None


def ask_about_sms(sid: str, line: Line) -> SmsReport | None:
    """What Twilio knows of an SMS; None when it does not answer, or knows none."""
    refused = _twilio()[2]
    try:
        found = _client(line).messages(sid).fetch()
    except (refused, OSError):
        return None
    try:
        price = Decimal(found.price) if found.price else None
    except InvalidOperation:
        price = None
    return SmsReport(
        str(found.status or ""),
        found.error_code or 0,
        price,
        str(found.price_unit or ""),
        _whole(found.num_segments),
    )


def _whole(text: object) -> int | None:
    return int(str(text)) if str(text).isdecimal() else None


def _client(line: Line) -> Any:
    if line.twilio is None:
        client_class, http_class, _refused = _twilio()
        hooks = {"response": [lambda answer, **_: line.headers.update(answer.headers)]}
        http = http_class(timeout=settings.EMAIL_TIMEOUT, request_hooks=hooks)
        sid, token = settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN
        line.twilio = client_class(sid, token, http_client=http)
        if settings.TWILIO_API_URL:
            line.twilio.api.base_url = settings.TWILIO_API_URL
    return line.twilio


def _sms_outcome(error: Any, headers: Mapping[str, str]) -> Exception:
    """What an answer of Twilio means."""
    words = f"{error.code or error.status} {error.msg}"
    if error.status >= SERVER_ERROR or error.status in ACCOUNT_TROUBLE:
        return Later(words, after=_retry_after(headers), is_down=True)
    return Refused(words, code=error.code or 0)


def _sms_failure(error: Exception) -> Exception:
    """No answer at all: without a connection nothing was sent, afterwards nobody knows."""
    from requests.exceptions import ConnectionError as NoConnection
    from requests.exceptions import ReadTimeout

    if was_never_connected(error):
        return Unreachable(words_of(error))
    if isinstance(error, (ReadTimeout, NoConnection)):
        return Doubtful(words_of(error))
    return Later(words_of(error))


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header, if it is a number."""
    try:
        return min(float(headers.get("Retry-After", "")), 86_400.0)
    except ValueError:
        return None
