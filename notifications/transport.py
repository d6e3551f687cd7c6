"""The outside world: hands one message to the mail server or to Twilio. No database.

Runs in threads. Returns the provider's receipt, or raises one of the outcomes below.
"""

import contextlib
import smtplib
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from core import mail_ids
from notifications.audiences import sms_is_configured
from notifications.backends import EmailNotConfigured
from notifications.models import Medium, Notification

OK, TOO_MANY, CLOSING, SERVER_ERROR = 200, 429, 421, 500
MAILS_PER_CONNECTION = 100  # many servers hang up after so many
# Answers that speak of our account, not of this recipient: the account will be put right.
ACCOUNT_TROUBLE = {401, 402, 403, 404, 407, 408, TOO_MANY}
# Answers to one mail, after which the server waits for the next.
LINE_STAYS = (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException, ValueError)


class NotConfigured(Exception):
    """There is no account to send with."""


class Refused(Exception):
    """This message will never be accepted: no further attempt. code: the provider's, for SMS."""

    def __init__(self, reason: str, *, code: int = 0) -> None:
        super().__init__(reason)
        self.code = code


class Gone(Exception):
    """The device is not there any more: nobody has to do anything about it."""


class Later(Exception):
    """Not accepted now. after: seconds the other side asked for. is_down: all are not accepted."""

    def __init__(self, reason: str, *, after: float | None = None, is_down: bool = False) -> None:
        super().__init__(reason)
        self.after, self.is_down = after, is_down


class Unreachable(Later):
    """Nobody answers there: not even begun, so it is no attempt of this message."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, is_down=True)


class Doubtful(Exception):
    """The connection broke after the message was handed over: it may have been accepted."""


@dataclass(frozen=True)
class Receipt:
    """What the provider says of a message it took. segments: SMS parts, where it says so."""

    provider_id: str = ""
    segments: int | None = None
    status: str = ""


class Line:
    """Connections to the providers, kept for several messages. Of one thread at a time."""

    def __init__(self) -> None:
        self.mail: Any = None
        self.mails = 0
        self.is_watched = False  # SMTP: we see when the text of a mail begins to travel
        self.has_begun = False
        self.twilio: Any = None
        self.headers: dict[str, str] = {}  # of Twilio's last answer

    def open_mail(self) -> bool:
        """Connect to the mail server unless it is; returns whether the connection is new."""
        self.has_begun = not self.is_watched
        if self.mail is not None and self.mails < MAILS_PER_CONNECTION:
            self.mails += 1
            return False
        self.close_mail()
        connection = get_connection()
        try:
            connection.open()
        except OSError as error:
            raise Unreachable(_words(error)) from error
        except Exception as error:
            raise Later(_words(error)) from error
        self.mail, self.mails = connection, 1
        self.is_watched = _watch(self)
        self.has_begun = not self.is_watched
        return True

    def close_mail(self) -> None:
        connection, self.mail = self.mail, None
        if connection is not None:
            _close(connection)

    def close(self) -> None:
        self.close_mail()
        if self.twilio is not None:
            with contextlib.suppress(Exception):
                self.twilio.http_client.session.close()
            self.twilio = None


class Lines:
    """`with Lines() as lines`: as many as threads ask for at once, closed at the end."""

    def __init__(self) -> None:
        self.free: deque[Line] = deque()  # append and pop are safe between threads

    def __enter__(self) -> "Lines":
        return self

    def __exit__(self, *_: object) -> None:
        while self.free:
            self.free.pop().close()

    @contextlib.contextmanager
    def one(self) -> Iterator[Line]:
        try:
            line = self.free.pop()
        except IndexError:
            line = Line()
        try:
            yield line
        finally:
            self.free.append(line)


def send(row: Notification, lines: Lines | None = None) -> Receipt:
    """Send one e-mail or SMS."""
    if lines is None:
        with Lines() as lines:
            return send(row, lines)
    if row.channel == Medium.PUSH:
        from notifications.webpush import send_push

        return send_push(row)
    with lines.one() as line:
        return _send_sms(row, line) if row.channel == Medium.SMS else _send_email(row, line)


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
        if row.in_reply_to:
            headers["In-Reply-To"] = f"<{row.in_reply_to}>"
            headers["References"] += f" <{row.in_reply_to}>"
        marker = mail_ids.marker("notification", row.pk)
    mail = EmailMultiAlternatives(
        subject=row.subject,
        body=row.body_text + (f"\n{marker}\n" if marker else ""),
        from_email=row.sender or None,
        reply_to=[row.reply_to] if row.reply_to else None,
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


def _send_email(row: Notification, line: Line) -> Receipt:
    mail = build_email(row)
    is_new = line.open_mail()
    try:
        line.mail.send_messages([mail])
    except EmailNotConfigured as error:
        raise NotConfigured(_("no e-mail account configured")) from error
    except Exception as error:
        has_begun = line.has_begun
        if not isinstance(error, LINE_STAYS) or _code(error) == CLOSING:
            line.close_mail()
        if not is_new and not has_begun and _is_hung_up(error):
            return _send_email(row, line)  # it had waited too long for us: once more, newly
        raise _email_outcome(error, in_doubt=has_begun) from error
    status = getattr(mail, "anymail_status", None)
    return Receipt(str(getattr(status, "message_id", "") or "")[:200])


def _code(error: Exception) -> int:
    return int(getattr(error, "smtp_code", 0))


def _is_hung_up(error: Exception) -> bool:
    """Whether the server had ended the connection before this mail."""
    return isinstance(error, smtplib.SMTPServerDisconnected) or _code(error) == CLOSING


def _watch(line: Line) -> bool:
    """Let the line know when the text itself begins to travel; False where nobody can say."""
    smtp = getattr(line.mail, "connection", None)
    if smtp is None or not hasattr(smtp, "data"):
        return False
    original = smtp.data

    def data(text: Any) -> Any:
        line.has_begun = True
        return original(text)

    smtp.data = data
    return True


def _close(connection: Any) -> None:
    with contextlib.suppress(Exception):  # the message is out; how they part does not matter
        connection.close()


def _email_outcome(error: Exception, *, in_doubt: bool) -> Exception:
    """What an error of the mail server means. 5xx about recipient or text is final.

    in_doubt: the text had begun to travel, so without an answer nobody knows.
    """
    words = _words(error)
    if _was_never_connected(error):
        return Unreachable(words)
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, answer = next(iter(error.recipients.values()))
            words = f"{code} {_decoded(answer)}"
            return Refused(words) if code >= SERVER_ERROR else Later(words)
        case smtplib.SMTPSenderRefused():  # our own address: for the administrator to put right
            return Later(words, is_down=error.smtp_code == CLOSING)
        case smtplib.SMTPResponseException():
            words = f"{error.smtp_code} {_decoded(error.smtp_error)}"
            if error.smtp_code >= SERVER_ERROR:
                return Refused(words)
            return Later(words, is_down=error.smtp_code == CLOSING)
        case smtplib.SMTPNotSupportedError() | UnicodeError() | ValueError():
            return Refused(words)
        case OSError() | smtplib.SMTPException():
            return Doubtful(words) if in_doubt else Later(words, is_down=True)
    status = getattr(error, "status_code", None)  # django-anymail: an HTTP answer
    if status and OK <= status < SERVER_ERROR and status not in ACCOUNT_TROUBLE:
        return Refused(words)
    return Later(words, is_down=bool(status))


# --- SMS ----------------------------------------------------------------------------------


@cache
def _twilio() -> tuple[Any, Any, Any]:
    """Twilio's classes. Imported on first use: they take a second that few processes need."""
    from twilio.base.exceptions import TwilioRestException
    from twilio.http.http_client import TwilioHttpClient
    from twilio.rest import Client

    return Client, TwilioHttpClient, TwilioRestException


def _send_sms(row: Notification, line: Line) -> Receipt:
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

    if _was_never_connected(error):
        return Unreachable(_words(error))
    if isinstance(error, (ReadTimeout, NoConnection)):
        return Doubtful(_words(error))
    return Later(_words(error))


def _was_never_connected(error: BaseException | None) -> bool:
    """Whether an HTTP request ended before anything was sent. django-anymail wraps the error."""
    from requests.exceptions import ConnectTimeout
    from urllib3.exceptions import NewConnectionError

    while error is not None:
        reason = getattr(error.args[0], "reason", None) if error.args else None
        if isinstance(error, ConnectTimeout) or isinstance(reason, NewConnectionError):
            return True
        error = error.__cause__
    return False


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
