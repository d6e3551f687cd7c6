"""The real mails of CASES_DIR/mail, read once, each with what its project expects of it."""

import base64
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from mailbox.parsing.message import ParsedMail, read_mail


@dataclass(frozen=True)
class Case:
    name: str
    raw: bytes
    expect: dict[str, Any]
    mail: ParsedMail
    seconds: float


@lru_cache
def cases(folder: Path) -> tuple[Case, ...]:
    return tuple(_read(folder))


def _read(folder: Path) -> Iterator[Case]:
    for line in (folder / "cases.jsonl").read_text().splitlines():
        case = json.loads(line)
        raw = _raw(folder, case)
        started = time.perf_counter()
        mail = read_mail(raw)
        seconds = time.perf_counter() - started
        yield Case(f"{folder.name}/{case['file']}", raw, case.get("expect") or {}, mail, seconds)


def _raw(folder: Path, case: dict[str, Any]) -> bytes:
    if "headers" in case:  # auto-headers: header sets without a mail
        given = {"From": "a@example.com", "Subject": "x"} | case["headers"]
        return "".join(f"{n}: {v}\r\n" for n, v in given.items()).encode() + b"\r\nHello\r\n"
    raw = (folder / case["file"]).read_bytes()
    if folder.name == "tnef":
        return (
            b"From: a@example.com\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(raw)
        )
    return raw
