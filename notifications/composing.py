"""Texts: an event becomes the words for one person by one channel, in their language and zone."""

import re
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime

from core.models import EventRecord
from core.text import clean_text, one_line
from notifications.audiences import Person, Story, page_for
from notifications.markdown import html_of, text_of
from notifications.models import Medium, Notification, PushDevice, Rule, State, Wording
from notifications.outward import answered_by, reply_to_of, sender_of
from notifications.placeholders import Values

SMS_LENGTH = 306  # two parts of the GSM alphabet, which has 153 characters in each
# Typographers' signs outside that alphabet: one of them alone would halve what fits.
GSM_SIGNS = str.maketrans({"…": "...", "–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"'})
SUBJECT_LENGTH = 300
PREVIEW_LENGTH = 120  # what a list of mails shows beside the subject


def compose(story: Story, rule: Rule, person: Person, medium: Medium) -> Notification:
    """An unsaved outbox row. Text parts are plain, the HTML part is escaped."""
    url = page_for(person, story, rule.audience)
    with translation.override(person.locale), timezone.override(zone_of(person.time_zone)):
        words = words_for(story, person, url)
        row = _empty_row(story, rule, person, medium)
        row.url = url
        folder = f"emails/{rule.template}"
        if medium == Medium.SMS:
            row.body_text = sms_of(story.wording_of(rule.template), rule.template, words)
        elif medium == Medium.BELL:
            row.subject = one_line(plain(f"{folder}/bell.txt", words))[:SUBJECT_LENGTH]
        else:
            row.sender, row.reply_to = sender_of(story.mailbox), reply_to_of(story.mailbox)
            row.in_reply_to = answered_by(story.ticket, person.email)
            if story.mailbox and not words["is_staff"]:
                words["signature"] = clean_text(story.mailbox.signature).strip()
            row.subject = subject_line(plain("emails/subject.txt", words))
            row.body_text, row.body_html = mail_of(
                story.wording_of(rule.template), rule.template, words
            )
    return row


def mail_of(
    wording: Wording | None, kind: str, words: dict[str, Any], *, values: Values | None = None
) -> tuple[str, str]:
    """Text and HTML of a mail, in our own words where there are some, else in the shipped ones.

    values: those to put in, when not those of the words.
    """
    text, html = f"emails/{kind}/body.txt", f"emails/{kind}/body.html"
    if wording is not None:
        values = values or Values(kind, words)
        edited = text_of(wording.body, values)
        words = words | {
            "shipped_text": text,
            "shipped_html": html,
            "edited_heading": values.filled(wording.heading),
            "edited_text": edited,
            "edited_html": html_of(wording.body, values),
            "edited_preview": one_line(edited)[:PREVIEW_LENGTH],
        }
        text, html = "emails/edited.txt", "emails/edited.html"
    return _tidy(plain(text, words)), get_template(html).render(words)


def sms_of(wording: Wording | None, kind: str, words: dict[str, Any]) -> str:
    """One SMS, in our own words where there are some."""
    if wording is not None and wording.sms:
        return short_text(Values(kind, words).filled(wording.sms), words["link"])
    return short_text(plain(f"emails/{kind}/sms.txt", words), words["link"])


def compose_push(story: Story, rule: Rule, person: Person, device: PushDevice) -> Notification:
    """An unsaved row for one browser: what kind of news and about which ticket, no more."""
    with translation.override(person.locale):
        row = _empty_row(story, rule, person, Medium.PUSH)
        row.device, row.url = device, page_for(person, story, rule.audience)
        row.address = f"{device.name} ({device.pk})"[:254]
        row.subject = f"{story.ticket.reference}: {rule.get_kind_display()}"[:SUBJECT_LENGTH]
        row.dedupe_key = f"{row.dedupe_key}:{device.pk}"
    return row


@dataclass(frozen=True)
class Line:
    """One message of several in one. at: when it happened. link: absolute, "" for none."""

    at: datetime
    words: str
    link: str


def compose_digest(
    person: Person, rows: Sequence[Notification], happened: EventRecord
) -> Notification:
    """One unsaved row in place of these, which are all of one channel; the newest comes first.

    The words are those of the bell, which has them all.
    """
    first, link = rows[0], f"{settings.SITE_URL}{reverse('notifications:index')}"
    lines = _lines(rows)
    with translation.override(person.locale), timezone.override(zone_of(person.time_zone)):
        words = {
            "lines": lines,
            "count": len(lines),
            "person": person,
            "is_staff": True,
            "link": link,
            "site_name": settings.SITE_NAME,
            "site_url": settings.SITE_URL,
            "support_phone": settings.SUPPORT_PHONE,
            "language": translation.get_language(),
        }
        words["subject"] = subject_line(plain("emails/digest/subject.txt", words))
        row = Notification(
            event=happened,
            user=person.user,
            recipient_name=person.name[:150],
            channel=first.channel,
            address=person.email if first.channel == Medium.EMAIL else first.address,
            next_attempt_at=timezone.now(),
            dedupe_key=f"digest:{happened.pk}",
        )
        if first.channel == Medium.SMS:
            row.body_text = short_text(plain("emails/digest/sms.txt", words), link)
        else:
            row.subject = words["subject"]
            row.body_text = _tidy(plain("emails/digest/body.txt", words))
            row.body_html = get_template("emails/digest/body.html").render(words)
    return row


def _lines(rows: Sequence[Notification]) -> list[Line]:
    """What the bell says of each, else the subject of its mail."""
    bells = Notification.objects.filter(
        user=rows[0].user_id, channel=Medium.BELL, event__in=[row.event_id for row in rows]
    )
    said = dict(bells.values_list("event_id", "subject"))
    return [
        Line(
            row.event.occurred_at if row.event else row.created_at,
            said.get(row.event_id) or row.subject or row.body_text,
            f"{settings.SITE_URL}{row.url}" if row.url else "",
        )
        for row in reversed(rows)
    ]


def plain(template: str, words: dict[str, Any]) -> str:
    """A template as plain text: what people typed stays as typed, nothing is escaped."""
    found: Any = get_template(template)
    return found.template.render(Context(words, autoescape=False))


def subject_line(text: str) -> str:
    """A header on one line that no reader decodes into something else (ATTACKS A69)."""
    return one_line(text).replace("=?", "= ?")[:SUBJECT_LENGTH]


def _tidy(text: str) -> str:
    """Plain text without the empty lines that conditions in a template leave."""
    return re.sub(r"\n{3,}", "\n\n", clean_text(text)).strip() + "\n"


def _empty_row(story: Story, rule: Rule, person: Person, medium: Medium) -> Notification:
    now = timezone.now()
    is_bell = medium == Medium.BELL
    return Notification(
        event=story.event,
        rule=rule,
        user=person.user,
        recipient_name=person.name[:150],
        channel=medium,
        address={Medium.EMAIL: person.email, Medium.SMS: person.phone}.get(medium, ""),
        state=State.SENT if is_bell else State.QUEUED,
        sent_at=now if is_bell else None,
        next_attempt_at=now,
        dedupe_key=f"{story.event.pk}:{rule.pk}:{person.key}:{medium}",
    )


def words_for(story: Story, person: Person, url: str) -> dict[str, Any]:
    """What templates and placeholders know; for the language and time zone that are active."""
    ticket, payload = story.ticket, story.event.payload
    return {
        "ticket": ticket,
        "customer": ticket.customer,
        "technician": story.technician,
        "actor": _actor(story, person),
        "happened": story.event,
        "payload": payload,
        "reply": story.reply,
        "starts_at": _moment(payload.get("starts_at")),
        "ends_at": _moment(payload.get("ends_at")),
        "closes_at": _moment(payload.get("closes_at")),
        "due_at": _moment(payload.get("due_at")),
        "person": person,
        "is_staff": bool(person.user and not person.user.is_customer),
        "first_name": person.name.split(" ")[0],
        "link": f"{settings.SITE_URL}{url}" if url else "",
        "signature": "",
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "support_phone": settings.SUPPORT_PHONE,
        "language": translation.get_language(),
    }


def _actor(story: Story, person: Person) -> str:
    """Who did it. How the desk names its rules is nothing for customers."""
    is_ours = person.user is not None and not person.user.is_customer
    is_person = story.event.actor_id is not None
    return (story.event.actor_name if is_ours or is_person else "") or settings.SITE_NAME


def short_text(text: str, link: str) -> str:
    """One line of at most SMS_LENGTH characters; a link is kept whole."""
    text = one_line(text).translate(GSM_SIGNS)
    room = SMS_LENGTH - (len(link) + 1 if link else 0)
    if len(text) > room:
        text = text[: room - 3].rstrip() + "..."
    return f"{text} {link}".strip()


def _moment(value: str | None) -> datetime | None:
    return parse_datetime(value) if value else None


def zone_of(name: str) -> zoneinfo.ZoneInfo:
    """The time zone of that name, else the desk's."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # a zone this machine lost with an update
        return zoneinfo.ZoneInfo(settings.TIME_ZONE)
