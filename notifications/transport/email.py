"""E-mails: as they are built, and what the mail server's answers mean."""

import smtplib

from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext_noop as _

from core import mail_ids
from notifications.backends import EmailNotConfigured
from notifications.models import Notification
from notifications.transport.lines import Line
from notifications.transport.outcomes import (
    ACCOUNT_TROUBLE,
    CLOSING,
    OK,
    SERVER_ERROR,
    Doubtful,
    Later,
    NotConfigured,
    Receipt,
    Refused,
    Unreachable,
    decoded,
    was_never_connected,
    words_of,
)

# Answers to one mail, after which the server waits for the next.
LINE_STAYS = (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException, ValueError)


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
    headers |= _way_out(row)
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


def _way_out(row: Notification) -> dict[str, str]:
    """News can be ended by one click of the mail program (RFC 8058), which https alone allows."""
    if not row.unsubscribe_url:
        return {}
    found = {"List-Unsubscribe": f"<{row.unsubscribe_url}>"}
    if row.unsubscribe_url.startswith("https://"):
        found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return found


def send_email(row: Notification, line: Line) -> Receipt:
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
            return send_email(row, line)  # it had waited too long for us: once more, newly
        raise email_outcome(error, in_doubt=has_begun) from error
    status = getattr(mail, "anymail_status", None)
    return Receipt(str(getattr(status, "message_id", "") or "")[:200])


def _code(error: Exception) -> int:
    return int(getattr(error, "smtp_code", 0))


def _is_hung_up(error: Exception) -> bool:
    """Whether the server had ended the connection before this mail."""
    return isinstance(error, smtplib.SMTPServerDisconnected) or _code(error) == CLOSING


def email_outcome(error: Exception, *, in_doubt: bool) -> Exception:
    """What an error of the mail server means. 5xx about recipient or text is final.

    in_doubt: the text had begun to travel, so without an answer nobody knows.
    """
    words = words_of(error)
    if was_never_connected(error):
        return Unreachable(words)
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, answer = next(iter(error.recipients.values()))
            words = f"{code} {decoded(answer)}"
            return Refused(words) if code >= SERVER_ERROR else Later(words)
        case smtplib.SMTPSenderRefused():  # our own address: for the administrator to put right
            return Later(words, is_down=error.smtp_code == CLOSING)
        case smtplib.SMTPResponseException():
            words = f"{error.smtp_code} {decoded(error.smtp_error)}"
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
