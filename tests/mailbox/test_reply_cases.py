"""Replies, forwards and signatures of other projects, measured: how much of them we read alike."""

import email
import email.policy
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailbox.parsing.html import split_html
from mailbox.parsing.replies import Reply, split_reply
from mailbox.parsing.totext import text_of_html

Case = dict[str, Any]
Verdict = bool | None  # None: the case demands nothing


def folded(text: str) -> str:
    return " ".join(text.split())


def body_of(case: Case, folder: Path) -> str:
    raw = (folder / case["file"]).read_bytes()
    if case.get("kind") != "mime_text":
        return raw.decode("utf-8", "replace")
    message = email.message_from_bytes(raw, policy=email.policy.default)
    part = message.get_body(("plain",))
    return part.get_content() if part else ""


def timed(case: Case, text: str) -> Reply:
    began = time.perf_counter()
    reply = split_reply(text, case.get("sender", ""))
    seconds = time.perf_counter() - began
    assert seconds < 0.2, f"{case['id']}: {seconds:.2f} s"
    assert bool(reply.visible.strip()) == bool(text.strip()), f"{case['id']}: cut to nothing"
    return reply


def as_fragments(expect: Case, reply: Reply) -> Verdict:
    seen = folded(reply.visible)
    # A fragment is what stands before the first quote; there the signature is a fragment itself.
    checks: dict[str, Callable[[Any], bool]] = {
        "visible_text": lambda wanted: seen == folded(wanted),
        "first_fragment": lambda wanted: seen == folded(wanted),
        "visible_starts": lambda wanted: seen.startswith(folded(wanted)),
        "visible_contains": lambda all_of: all(folded(w) in seen for w in all_of),
        "visible_not_contains": lambda none_of: not any(folded(w) in seen for w in none_of),
        "all_visible": lambda _: not reply.quoted and not reply.signature,
    }
    named = [name for name in checks if name in expect]
    return all(checks[name](expect[name]) for name in named) if named else None


def exact(expect: Case, reply: Reply) -> Verdict:
    return folded(reply.visible) == folded(expect["visible_text"])


def as_quotequail(expect: Case, reply: Reply) -> Verdict:
    if "visible_without_intro_line" in expect:
        return folded(reply.visible) == folded(expect["visible_without_intro_line"])
    if not expect.get("unwrap"):
        return None
    # A forward: the covering words are visible, or, where there are none, what is forwarded.
    unwrapped = expect["unwrap"]
    wanted = unwrapped.get("text_top") or unwrapped.get("text") or ""
    return folded(reply.visible) == folded(wanted)


def as_talon(expect: Case, reply: Reply) -> Verdict:
    if "signature" in expect:
        return folded(reply.signature) == folded(expect["signature"])
    # Talon cuts quotes only: its visible text has the signature in it.
    return folded(f"{reply.visible} {reply.signature}") == folded(expect["visible_text"])


def as_zammad(expect: Case, reply: Reply) -> Verdict:
    # Theirs are the first lines which three mails of one sender share.
    return folded(reply.signature).startswith(folded(expect["signature"]))


FOLDERS: dict[str, tuple[Callable[[Case, Reply], Verdict], float]] = {
    "trimmer": (exact, 0.80),
    "fragments": (as_fragments, 0.90),
    "quotequail": (as_quotequail, 0.85),
    "talon": (as_talon, 0.85),
    "signature-zammad": (as_zammad, 0.0),
}
HTML_FOLDERS = ("quotequail", "talon", "signature-zammad")


def as_html(expect: Case, visible: str, quoted: str) -> Verdict:
    if wanted := expect.get("visible_text_no_whitespace"):
        return "".join(text_of_html(visible).split()) == wanted
    if wanted := expect.get("visible_without_intro_line"):
        return folded(text_of_html(visible)) == folded(text_of_html(wanted))
    if wanted := expect.get("signature"):
        # Their text of HTML has other blanks than ours.
        return "".join(wanted.split()) in "".join(text_of_html(quoted).split())
    return None


def is_text(case: Case) -> bool:
    return not case["file"].endswith(".html") and "html" not in case.get("kind", "")


@pytest.mark.parametrize("name", FOLDERS)
def test_replies_are_read_as_people_read_them(name, cases_dir, capsys):
    folder = cases_dir / "replies" / name
    judge, at_least = FOLDERS[name]
    verdicts = {
        case["id"]: judge(case.get("expect") or {}, timed(case, body_of(case, folder)))
        for case in cases_of(folder)
        if is_text(case)
    }
    assert share_of(f"replies/{name}", verdicts, capsys) >= at_least


@pytest.mark.parametrize("name", HTML_FOLDERS)
def test_replies_in_html_are_read_as_people_read_them(name, cases_dir, capsys):
    folder = cases_dir / "replies" / name
    verdicts: dict[str, Verdict] = {}
    for case in cases_of(folder):
        if is_text(case):
            continue
        source = body_of(case, folder)
        visible, quoted = split_html(source)
        assert text_of_html(visible).strip() or not text_of_html(source).strip(), case["id"]
        verdicts[case["id"]] = as_html(case.get("expect") or {}, visible, quoted)
    share_of(f"replies/{name} html", verdicts, capsys)


def cases_of(folder: Path) -> list[Case]:
    return [json.loads(line) for line in (folder / "cases.jsonl").read_text().splitlines()]


def share_of(name: str, verdicts: dict[str, Verdict], capsys: pytest.CaptureFixture) -> float:
    right = [one for one, verdict in verdicts.items() if verdict]
    wrong = [one for one, verdict in verdicts.items() if verdict is False]
    share = len(right) / (len(right) + len(wrong))
    with capsys.disabled():
        print(f"\n{name}: {len(right)} of {len(right) + len(wrong)} ({share:.0%}); not: {wrong}")
    return share
