"""Our own words shown on something that really happened, before they go to anybody."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.safestring import SafeString

from core.models import EventRecord
from notifications.audiences import Person, Story, page_for, people_of
from notifications.composing import mail_of, plain, short_text, subject_line, words_for, zone_of
from notifications.markdown import html_of
from notifications.models import Rule, Wording
from notifications.placeholders import Values, unknown_names
from notifications.segments import segments_of
from tickets.models import Ticket

RECENT_EVENTS = 20_000  # of all kinds: looking further back would read the whole history
TRIED = 20
SAMPLE_TICKET = {"reference": "SD-004793", "subject": "Printer jams on every second page"}


@dataclass(frozen=True)
class Example:
    """A message as one person would get it. event: None when the values are invented."""

    person: Person
    words: dict[str, Any]
    event: EventRecord | None
    locale: str

    def values(self, kind: str) -> Values:
        return Values(kind, self.words if self.event else None)


@dataclass(frozen=True)
class Shown:
    """What a preview shows. parts: of the SMS, each of which is paid."""

    subject: str
    heading: str
    html: SafeString
    sms: str
    parts: int
    unknown: list[str]
    ticket: str
    reader: str


def example_of(kind: str, language: str, user: Any) -> Example:
    """The newest message of the kind about a ticket the user sees, else an invented one."""
    found = _newest(kind, user)
    if found is None:
        person = Person.of_user(user)
        with translation.override(language):
            return Example(person, _invented(person), None, language)
    story, rule = found
    people = people_of(rule.audience, story)
    person = people[0] if people else Person.of_user(user)
    with translation.override(language), timezone.override(zone_of(person.time_zone)):
        words = words_for(story, person, page_for(person, story, rule.audience))
    return Example(person, words, story.event, language)


def preview_of(wording: Wording, user: Any) -> Shown:
    """The words as a reader would see them; an unknown placeholder stays as it is."""
    example = example_of(wording.kind, wording.language, user)
    values = example.values(wording.kind)
    with _place_of(example):
        sms = short_text(values.filled(wording.sms), example.words["link"]) if wording.sms else ""
        return Shown(
            subject=_subject(example),
            heading=values.filled(wording.heading),
            html=html_of(wording.body, values, for_page=True),
            sms=sms,
            parts=segments_of(sms) if sms else 0,
            unknown=unknown_names(wording.kind, wording.heading, wording.body, wording.sms),
            ticket=example.words["ticket"].reference if example.event else "",
            reader=example.person.name if example.event else "",
        )


def mail_to_try(wording: Wording, user: Any) -> tuple[tuple[str, str, str], int]:
    """Subject, text and HTML of the whole mail in these words, and whose ticket: 0 if invented."""
    example = example_of(wording.kind, wording.language, user)
    with _place_of(example):
        text, html = mail_of(
            wording, wording.kind, example.words, values=example.values(wording.kind)
        )
        number = example.event.subject_id if example.event else 0
        return (_subject(example), text, html), number


@contextmanager
def _place_of(example: Example) -> Iterator[None]:
    """Language and time zone of the reader."""
    zone = timezone.override(zone_of(example.person.time_zone))
    with translation.override(example.locale), zone:
        yield


def _subject(example: Example) -> str:
    return subject_line(plain("emails/subject.txt", example.words))


def _newest(kind: str, user: Any) -> tuple[Story, Rule] | None:
    rules = {rule.event: rule for rule in Rule.objects.filter(template=kind).order_by("-pk")}
    newest = EventRecord.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    events = EventRecord.objects.filter(
        pk__gt=newest - RECENT_EVENTS, name__in=rules, subject_type="tickets.ticket"
    ).order_by("-pk")[:TRIED]
    visible = set(
        Ticket.objects.visible_to(user)
        .filter(pk__in=[event.subject_id for event in events])
        .values_list("pk", flat=True)
    )
    for event in events:
        story = Story.of(event) if event.subject_id in visible else None
        if story is not None:
            return story, rules[event.name]
    return None


def _invented(person: Person) -> dict[str, Any]:
    """What the layout of a mail needs; the placeholders have samples of their own."""
    return {
        "ticket": SAMPLE_TICKET,
        "person": person,
        "is_staff": False,
        "link": f"{settings.SITE_URL}/",
        "signature": "",
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "support_phone": settings.SUPPORT_PHONE,
        "language": translation.get_language(),
    }
