"""The rules as a page shows them: by area and event, each with what may be changed."""

from dataclasses import dataclass

from django.utils.functional import Promise

from notifications.matrix import AREAS, DEFAULTS, EVENTS, channels_for, default_of, offered
from notifications.models import Audience, Rule


@dataclass(frozen=True)
class Line:
    """One audience of one event. boxes: channel, its name, whether it is used."""

    event: str
    event_label: str | Promise
    audience: str
    label: str
    boxes: list[tuple[str, str, bool]]
    is_default: bool
    is_shown: bool

    @property
    def anchor(self) -> str:
        return f"{self.event.removeprefix('ticket.')}-{self.audience}"


@dataclass(frozen=True)
class Told:
    """One event. others: audiences that are told nothing and could be."""

    name: str
    label: str | Promise
    lines: list[Line]
    others: list[Line]


def areas() -> list[tuple[str | Promise, list[Told]]]:
    """(area, its events), in order. One query."""
    used = {(rule.event, rule.audience): _used(rule) for rule in Rule.objects.all()}
    return [
        (area.label, [_told(name, label, used) for name, label in area.events.items()])
        for area in AREAS
    ]


def line_of(event: str, audience: str) -> Line | None:
    """One line as it stands; None where there can be no rule."""
    if default_of(event, audience) is None:
        return None
    rule = Rule.objects.filter(event=event, audience=audience).first()
    return _line(event, audience, _used(rule) if rule else [])


def _used(rule: Rule) -> list[str]:
    return list(rule.channels) if rule.is_active else []


def _told(name: str, label: str | Promise, used: dict[tuple[str, str], list[str]]) -> Told:
    lines = [_line(name, audience, used.get((name, audience), [])) for audience in offered(name)]
    return Told(
        name,
        label,
        [line for line in lines if line.is_shown],
        [line for line in lines if not line.is_shown],
    )


def _line(event: str, audience: str, channels: list[str]) -> Line:
    start = default_of(event, audience)
    return Line(
        event,
        EVENTS[event],
        audience,
        str(Audience(audience).label),
        [(one.value, str(one.label), one in channels) for one in channels_for(audience)],
        is_default=start is not None and set(start.channels) == set(channels),
        is_shown=bool(channels) or (event, audience) in DEFAULTS,
    )
