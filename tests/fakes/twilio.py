"""A Twilio-compatible endpoint: checks each request against Twilio's own schema, keeps the SMS.

The schema is CASES_DIR/twilio/twilio_api_v2010.json (default ../shared/data); without the file
the requests are taken unchecked and `checks` is False.
"""

import contextlib
import json
import os
import re
import threading
import time
from base64 import b64decode
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from jsonschema import Draft202012Validator

ROOT = Path(__file__).resolve().parents[2]
CASES_DIR = Path(os.environ.get("CASES_DIR", ROOT.parent / "shared" / "data"))
SCHEMA = CASES_DIR / "twilio" / "twilio_api_v2010.json"
SID, TOKEN, FROM = "AC" + "a" * 32, "fake-token", "+447700900999"
PATH = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
OK, CREATED, BAD_REQUEST, NOT_FOUND = 200, 201, 400, 404


@cache
def operation() -> dict[str, Any] | None:
    """Twilio's description of "create a message", its references resolved; None when absent."""
    if not SCHEMA.exists():
        return None
    document = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return _resolved(document["paths"][PATH]["post"], document)


def _resolved(part: Any, document: dict[str, Any]) -> Any:
    if isinstance(part, list):
        return [_resolved(item, document) for item in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        found: Any = document
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        return _resolved(found, document)
    return {key: _resolved(value, document) for key, value in part.items()}


@dataclass
class Sms:
    """One accepted SMS and when (time.monotonic())."""

    to: str
    sender: str
    body: str
    callback: str = ""
    at: float = field(default_factory=time.monotonic)


class FakeTwilio:
    """`with FakeTwilio() as twilio`, then twilio.url is settings.TWILIO_API_URL.

    status: HTTP status to answer with instead of taking the SMS (429, 500, ...), and code:
    Twilio's own number of the error. retry_after: header of such an answer, in seconds. delay:
    seconds between taking the SMS and saying so. faults: what was wrong with requests.
    """

    def __init__(self, *, port: int = 0) -> None:
        self.received: list[Sms] = []
        self.faults: list[str] = []
        self.asked_at: list[float] = []
        self.status, self.code, self.delay = 0, 0, 0.0
        self.retry_after: float | None = None
        self.refused: dict[str, int] = {}  # number -> Twilio's code of a final refusal
        self.known: dict[str, dict[str, Any]] = {}  # sid -> what it says when asked
        self.server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self.server.daemon_threads = True

    def __enter__(self) -> "FakeTwilio":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def shut(self) -> None:
        """Nobody listens any more."""
        self.__exit__()

    def reopen(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", self.server.server_port), _handler(self))
        self.server.daemon_threads = True
        self.__enter__()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    @property
    def environment(self) -> dict[str, str]:
        """Environment of a desk that sends its SMS here."""
        return {
            "TWILIO_ACCOUNT_SID": SID,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_FROM": FROM,
            "TWILIO_API_URL": self.url,
        }

    @property
    def checks(self) -> bool:
        """Whether requests are compared with Twilio's schema."""
        return operation() is not None

    def to(self, number: str) -> list[Sms]:
        """SMS to one number, in the order they came."""
        return [sms for sms in list(self.received) if sms.to == number]

    def asked(self, path: str) -> tuple[int, dict[str, Any]]:
        """What it answers to the question about one SMS."""
        sid = path.rpartition("/")[2].removesuffix(".json")
        if sid not in self.known:
            return NOT_FOUND, {"code": 20404, "message": "not found"}
        return OK, {"sid": sid, "account_sid": SID, **self.known[sid]}

    def check(self, method: str, path: str, headers: Any, form: dict[str, str]) -> list[str]:
        """What Twilio would not have understood about a request."""
        faults = []
        if method != "POST" or path != PATH.format(AccountSid=SID):
            faults.append(f"no such operation: {method} {path}")
        wanted = f"{SID}:{TOKEN}"
        given = headers.get("Authorization", "").removeprefix("Basic ")
        if not given or b64decode(given).decode() != wanted:
            faults.append("not signed in")
        found = operation()
        if found is None:
            return faults
        kind = "application/x-www-form-urlencoded"
        if headers.get("Content-Type", "").split(";")[0] != kind:
            faults.append("not a form")
        schema = found["requestBody"]["content"][kind]["schema"]
        if unknown := set(form) - set(schema["properties"]):
            faults.append(f"unknown fields: {sorted(unknown)}")
        faults += [error.message for error in Draft202012Validator(schema).iter_errors(form)]
        account = next(p for p in found["parameters"] if p["name"] == "AccountSid")
        if not re.fullmatch(account["schema"]["pattern"], SID):
            faults.append("the account number has the wrong form")
        for name in ("To", "From"):
            if not re.fullmatch(r"\+[1-9]\d{6,14}", form.get(name, "")):
                faults.append(f"{name} is no number in E.164")
        if len(form.get("Body", "")) > 1600:
            faults.append("Body is longer than 1600 characters")
        return faults


def _handler(twilio: FakeTwilio) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            twilio.asked_at.append(time.monotonic())
            size = int(self.headers.get("Content-Length", 0))
            form = dict(parse_qsl(self.rfile.read(size).decode(), keep_blank_values=True))
            faults = twilio.check("POST", self.path, self.headers, form)
            twilio.faults += faults
            if faults:
                self._answer(BAD_REQUEST, {"code": 21602, "message": "; ".join(faults)})
            elif twilio.status:
                self._answer(twilio.status, {"code": twilio.code, "message": "in trouble"})
            elif form["To"] in twilio.refused:
                code = twilio.refused[form["To"]]
                self._answer(BAD_REQUEST, {"code": code, "message": "refused"})
            else:
                # Kept before it is acknowledged: who gives up waiting has sent it.
                twilio.received.append(
                    Sms(form["To"], form["From"], form["Body"], form.get("StatusCallback", ""))
                )
                time.sleep(twilio.delay)
                sid = f"SM{len(twilio.received):032x}"
                answer = {"sid": sid, "status": "queued", "account_sid": SID, "num_segments": "2"}
                self._answer(CREATED, answer)

        def do_GET(self) -> None:
            self._answer(*twilio.asked(self.path))

        def _answer(self, status: int, content: dict[str, Any]) -> None:
            body = json.dumps({"status": status, **content} if status >= 400 else content).encode()
            # A caller that no longer waits hangs up: what it is told by then is lost on purpose.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                if status >= 400 and twilio.retry_after is not None:
                    self.send_header("Retry-After", str(twilio.retry_after))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    return Handler


def signed(url: str, form: dict[str, str], token: str = TOKEN) -> dict[str, str]:
    """Header of a request that Twilio would send to this public address."""
    from twilio.request_validator import RequestValidator

    return {"X-Twilio-Signature": RequestValidator(token).compute_signature(url, form)}
