"""The shape of a story. Texts may hold {model} {serial} {place} {first} {tech} {count}."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fix:
    """One way it was solved. how: kind of service log; parts: (name, quantity)."""

    how: str
    done: str
    minutes: tuple[int, int]
    resolution: str
    parts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Story:
    """One kind of trouble. models: names of products it befalls, none = not about a device.

    A subject goes with the report of its index (modulo their number), asks[i] is answered by
    answers[i], fixes[i] is hinted at by notes[i] if there is one. fits: report -> (asks, fixes) that suit it, as digits; else all of them do.
    weight: how common it is; priorities: drawn from.
    """

    key: str
    category: str
    models: tuple[str, ...]
    subjects: tuple[str, ...]
    reports: tuple[str, ...]
    asks: tuple[str, ...]
    answers: tuple[str, ...]
    notes: tuple[str, ...]
    fixes: tuple[Fix, ...]
    fits: dict[int, tuple[str, str]] = field(default_factory=dict)
    weight: int = 3
    priorities: tuple[int, ...] = (2, 3, 3, 3, 4)
