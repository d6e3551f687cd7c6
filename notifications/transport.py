"""The outside world: hands one message to the mail server or to Twilio. No database.

Runs in threads. Returns the provider's id, or raises one of the four outcomes below.
"""

import contextlib
import smtplib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils.translation import gettext_noop as _

from core import mail_ids
from notifications.audiences import sms_is_configured
from notifications.backends import EmailNotConfigured
from notifications.models import Medium, Notification

OK, TOO_MANY, SERVER_ERROR = 200, 429, 500
# Answers that speak of our account, not of this recipient: the account will be put right.
ACCOUNT_TROUBLE = {401, 402, 403, 404, 407, 408, TOO_MANY}


class NotConfigured(Exception):
    """There is no account to send with."""


class Refused(Exception):
    """This message will never be accepted: no further attempt."""


class Later(Exception):
    """Not accepted now. after: seconds the other side asked for. is_down: nobody answers there."""

    def __init__(self, reason: str, *, after: float | None = None, is_down: bool = False) -> None:
        super().__init__(reason)
        self.after, self.is_down = after, is_down


class Doubtful(Exception):
    """The connection broke after the message was handed over: it may have been accepted."""


def send(row: Notification) -> str:
    """Send one e-mail or SMS; returns the provider's id, which may be empty."""
    return _send_sms(row) if row.channel == Medium.SMS else _send_email(row)


# --- E-mail -------------------------------------------------------------------------------


def message_id(row: Notification) -> str:
    """The same for every copy of a row; signed, so that a reply to it can be believed."""
    return mail_ids.message_id("notification", row.pk)


def thread_id(kind: str, number: int) -> str:
    """Message-ID that stands for a whole conversation, for References."""
    return mail_ids.message_id(kind, number)


def build_email(row: Notification) -> EmailMultiAlternatives:
    """The e-mail of a row: text, HTML, and the marks of automatic mail (SEMANTICS section 7)."""
    headers = {
        "Message-ID": message_id(row),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    marker = ""  # for providers that replace our Message-ID
    if row.event_id and row.event.subject_type == "tickets.ticket":
        headers["References"] = thread_id("ticket", row.event.subject_id)
        marker = mail_ids.marker("notification", row.pk)
    mail = EmailMultiAlternatives(
        subject=row.subject,
        body=row.body_text + (f"\n{marker}\n" if marker else ""),
        to=[row.address],
        cc=row.cc,
        headers=headers,
    )
    if row.body_html:
        hidden = f'<div style="display:none">{marker}</div>' if marker else ""
        html, end, after = row.body_html.rpartition("</body>")
        mail.attach_alternative(
            f"{html}{hidden}{end}{after}" if end else row.body_html + hidden, "text/html"
        )
    return mail


def _send_email(row: Notification) -> str:
    mail = build_email(row)
    connection = get_connection()
    try:
        mail.message()
    except (ValueError, UnicodeError) as error:  # a line break in a header, an impossible address
        raise Refused(_words(error)) from error
    try:
        connection.open()
    except Exception as error:
        raise Later(_words(error), is_down=isinstance(error, OSError)) from error
    was_handed_over = _watch(connection)
    try:
        connection.send_messages([mail])
    except EmailNotConfigured as error:
        raise NotConfigured(_("no e-mail account configured")) from error
    except Exception as error:
        raise _email_outcome(error, in_doubt=was_handed_over()) from error
    finally:
        _close(connection)
    status = getattr(mail, "anymail_status", None)
    return str(getattr(status, "message_id", "") or "")[:200]


def _watch(connection: Any) -> Callable[[], bool]:
    """A function that says whether the text itself has begun to travel (SMTP's DATA)."""
    smtp = getattr(connection, "connection", None)
    if smtp is None or not hasattr(smtp, "data"):
        return lambda: True
    original, begun = smtp.data, []

    def data(text: Any) -> Any:
        begun.append(True)
        return original(text)

    smtp.data = data
    return lambda: bool(begun)


def _close(connection: Any) -> None:
    with contextlib.suppress(Exception):  # the message is out; how they part does not matter
        connection.close()


def _email_outcome(error: Exception, *, in_doubt: bool) -> Exception:
    """What an error of the mail server means. 5xx about recipient or text is final.

    in_doubt: the text had begun to travel, so without an answer nobody knows.
    """
    words = _words(error)
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, answer = next(iter(error.recipients.values()))
            words = f"{code} {_decoded(answer)}"
            return Refused(words) if code >= SERVER_ERROR else Later(words)
        case smtplib.SMTPSenderRefused():
            return Later(words)  # our own address: for the administrator to put right
        case smtplib.SMTPResponseException():
            words = f"{error.smtp_code} {_decoded(error.smtp_error)}"
            return Refused(words) if error.smtp_code >= SERVER_ERROR else Later(words)
        case smtplib.SMTPNotSupportedError() | UnicodeError() | ValueError():
            return Refused(words)
        case OSError() | smtplib.SMTPException():
            return Doubtful(words) if in_doubt else Later(words, is_down=True)
    status = getattr(error, "status_code", None)  # django-anymail: an HTTP answer
    if status and OK <= status < SERVER_ERROR and status not in ACCOUNT_TROUBLE:
        return Refused(words)
    return Later(words)


# --- SMS ----------------------------------------------------------------------------------


@cache
def _twilio() -> tuple[Any, Any, Any]:
    """Twilio's classes. Imported on first use: they take a second that few processes need."""
    from twilio.base.exceptions import TwilioRestException
    from twilio.http.http_client import TwilioHttpClient
    from twilio.rest import Client

    return Client, TwilioHttpClient, TwilioRestException


def _send_sms(row: Notification) -> str:
    if not sms_is_configured():
        raise NotConfigured(_("no SMS account configured"))
    client_class, http_class, refused = _twilio()
    headers: dict[str, str] = {}
    hooks = {"response": [lambda answer, **_: headers.update(answer.headers)]}
    http = http_class(timeout=settings.EMAIL_TIMEOUT, request_hooks=hooks)
    client = client_class(settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, http_client=http)
    if settings.TWILIO_API_URL:
        client.api.base_url = settings.TWILIO_API_URL
    try:
        sent = client.messages.create(
            to=row.address, from_=settings.TWILIO_FROM, body=row.body_text
        )
    except refused as error:
        raise _sms_outcome(error, headers) from error
    except Exception as error:
        raise _sms_failure(error) from error
    return str(sent.sid or "")[:200]


def _sms_outcome(error: Any, headers: Mapping[str, str]) -> Exception:
    """What an answer of Twilio means."""
    words = f"{error.code or error.status} {error.msg}"
    if error.status == TOO_MANY:
        return Later(words, after=_retry_after(headers), is_down=True)
    if error.status >= SERVER_ERROR or error.status in ACCOUNT_TROUBLE:
        return Later(words, after=_retry_after(headers))
    return Refused(words)


def _sms_failure(error: Exception) -> Exception:
    """No answer at all: without a connection nothing was sent, afterwards nobody knows."""
    from requests.exceptions import ConnectionError as NoConnection
    from requests.exceptions import ConnectTimeout, ReadTimeout
    from urllib3.exceptions import NewConnectionError

    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(error, ConnectTimeout) or isinstance(reason, NewConnectionError):
        return Later(_words(error), is_down=True)
    if isinstance(error, (ReadTimeout, NoConnection)):
        return Doubtful(_words(error))
    return Later(_words(error))


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header, if it is a number."""
    try:
        return min(float(headers.get("Retry-After", "")), 86_400.0)
    except ValueError:
        return None


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]


def _decoded(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else str(answer)
