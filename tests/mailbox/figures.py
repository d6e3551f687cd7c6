"""Counting how much of what a case expects is right. A figure is (right, asked)."""

import html
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from mailbox.parsing import charsets


@dataclass
class Figures:
    right: Counter = field(default_factory=Counter)
    asked: Counter = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, what: str, ok: bool, case: str, told: Any = "", wanted: Any = "") -> None:
        self.asked[what] += 1
        self.right[what] += bool(ok)
        if not ok:
            self.wrong.append(f"{what:12} {case}: {str(told)[:300]!r} not {str(wanted)[:300]!r}")

    def share(self, what: str) -> float:
        return self.right[what] / self.asked[what] if self.asked[what] else 1.0

    def __str__(self) -> str:
        return "  ".join(f"{w} {self.right[w]}/{self.asked[w]}" for w in sorted(self.asked))

    def __iadd__(self, other: "Figures") -> "Figures":
        self.right += other.right
        self.asked += other.asked
        self.wrong += other.wrong
        return self


def fold(text: str | None) -> str:
    return charsets.one_line(html.unescape(text or "")).strip()


def same(told: str, wanted: str | None) -> bool:
    """U+FFFD in what is wanted says that its reader could not tell: anything may stand there."""
    pattern = ".{1,3}".join(re.escape(p) for p in fold(wanted).split("\ufffd"))
    return re.fullmatch(pattern, fold(told), re.DOTALL) is not None


def words(text: str) -> Counter:
    return Counter(re.findall(r"[\u3040-\u9fff\uac00-\ud7af]|\w+", text.lower()))


def f1(told: str, wanted: str) -> float:
    a, b = words(told), words(wanted)
    if not a and not b:
        return 1.0
    both = sum((a & b).values())
    return 2 * both / (sum(a.values()) + sum(b.values()))


def stripped(source: str) -> str:
    text = re.sub(r"(?is)<(style|script|title)\b.*?</\1\s*>|<!--.*?-->", " ", source)
    return html.unescape(re.sub(r"<[^>]*>", " ", text))
