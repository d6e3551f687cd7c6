"""Connections to the providers, kept for several messages."""

import contextlib
from collections import deque
from collections.abc import Iterator
from typing import Any

from django.core.mail import get_connection

from notifications.transport.outcomes import Later, Unreachable, words_of

MAILS_PER_CONNECTION = 100  # many servers hang up after so many


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
            raise Unreachable(words_of(error)) from error
        except Exception as error:
            raise Later(words_of(error)) from error
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
