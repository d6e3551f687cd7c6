"""How a sending ends: the provider's receipt, or one of these exceptions."""

from dataclasses import dataclass

OK, TOO_MANY, CLOSING, SERVER_ERROR = 200, 429, 421, 500
# Answers that speak of our account, not of this recipient: the account will be put right.
ACCOUNT_TROUBLE = {401, 402, 403, 404, 407, 408, TOO_MANY}


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


def was_never_connected(error: BaseException | None) -> bool:
    """Whether an HTTP request ended before anything was sent. django-anymail wraps the error."""
    from requests.exceptions import ConnectTimeout
    from urllib3.exceptions import NewConnectionError

    while error is not None:
        reason = getattr(error.args[0], "reason", None) if error.args else None
        if isinstance(error, ConnectTimeout) or isinstance(reason, NewConnectionError):
            return True
        error = error.__cause__
    return False


def words_of(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]


def decoded(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else str(answer)
