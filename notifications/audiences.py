"""Who is told: an audience of a rule becomes people, each with their ways to be reached."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from accounts.models import ChannelPreference, User
from accounts.roles import Role
from core.models import EventRecord
from mailbox.models import Mailbox
from notifications.models import Audience, Medium, PushDevice, Rule, StoppedNumber, Wording
from notifications.outward import mailbox_of
from technicians.models import Technician, TimeOff
from tickets.mentions import readers
from tickets.models import Mention, Message, Outgoing, Ticket


def as_stored(phone: str) -> str:
    """A number without what makes it readable: E.164, as it is compared everywhere."""
    return "".join(char for char in phone if char.isdecimal() or char == "+")


@dataclass(frozen=True)
class Person:
    """Somebody to tell. user is None for a customer who cannot sign in.

    key: tells people apart ("user:5"). phone: E.164 or empty. email: may be empty.
    """

    key: str
    name: str
    email: str
    phone: str
    locale: str
    time_zone: str
    user: User | None = None

    @classmethod
    def of_user(cls, user: User, *, phone: str = "") -> "Person":
        """phone: used when the user gave none."""
        return cls(
            key=f"user:{user.pk}",
            name=user.name,
            email=user.email,
            phone=as_stored(str(user.phone or phone or "")),
            locale=user.locale,
            time_zone=user.time_zone,
            user=user,
        )

    @classmethod
    def without_sign_in(cls, key: str, name: str, email: str | None, phone: object) -> "Person":
        return cls(
            key=key,
            name=name,
            email=email or "",
            phone=as_stored(str(phone or "")),
            locale=settings.LANGUAGE_CODE,
            time_zone=settings.TIME_ZONE,
        )


class Story:
    """An event about a ticket with everything that audiences and texts need of it."""

    def __init__(self, happened: EventRecord, ticket: Ticket) -> None:
        self.event, self.ticket = happened, ticket

    @classmethod
    def of(cls, happened: EventRecord) -> "Story | None":
        """None when the event is not about a ticket, or the ticket is gone."""
        if happened.subject_type != "tickets.ticket":
            return None
        ticket = (
            Ticket.objects.select_related(
                "customer",
                "requester__user",
                "device__product",
                "category",
                "team",
                "technician__user",
                "booking",
            )
            .filter(pk=happened.subject_id)
            .first()
        )
        return cls(happened, ticket) if ticket else None

    @cached_property
    def technician(self) -> Technician | None:
        """Whom the event names as the one it was given to, else who has the ticket now."""
        named = self.event.payload.get("to_id")
        if named and named != self.ticket.technician_id:
            return Technician.objects.select_related("user").filter(pk=named).first()
        return self.ticket.technician

    @cached_property
    def told_by_mention(self) -> set[int]:
        """Users whom the note mentions: that is said to them, not that there is a note."""
        if self.event.name != "ticket.note_added":
            return set()
        rows = Mention.objects.filter(message=self.event.payload.get("message_id"))
        return set(rows.values_list("user", flat=True))

    @cached_property
    def previous_technician(self) -> Technician | None:
        named = self.event.payload.get("from_id")
        if not named:
            return None
        return Technician.objects.select_related("user").filter(pk=named).first()

    @cached_property
    def reply(self) -> Message | None:
        """The public message the event is about. Never an internal note."""
        number = self.event.payload.get("message_id")
        if not number:
            return None
        rows = self.ticket.messages.select_related("outgoing__requester__user")
        return rows.filter(pk=number, kind="reply").first()

    @cached_property
    def mailbox(self) -> Mailbox | None:
        """As which of our mailboxes we write about it."""
        return mailbox_of(self.ticket)

    @cached_property
    def wordings(self) -> dict[tuple[str, str], Wording]:
        """Our own words for what the rules of this event send: (kind, language) -> Wording."""
        kinds = Rule.objects.filter(event=self.event.name).values("template")
        return {(w.kind, w.language): w for w in Wording.objects.in_use().filter(kind__in=kinds)}

    def wording_of(self, kind: str) -> Wording | None:
        """Our own words in the language that is active; None for the shipped ones."""
        return self.wordings.get((kind, get_language() or ""))

    @cached_property
    def outgoing(self) -> Outgoing | None:
        """The recipients the author of the reply saw when they pressed Send."""
        return getattr(self.reply, "outgoing", None)

    @cached_property
    def copies(self) -> list[str]:
        """Addresses in Cc: of the reply as its author saw them, else of the ticket."""
        if self.outgoing is not None:
            return list(self.outgoing.copies)
        return [copy.email for copy in self.ticket.copies.all()]


def people_of(audience: str, story: Story) -> list[Person]:
    """The people of an audience who can be told. Disabled accounts are not."""
    return RESOLVERS[Audience(audience)](story)


def _requester(story: Story) -> list[Person]:
    contact, customer = story.ticket.requester, story.ticket.customer
    frozen = story.outgoing.address if story.outgoing else ""
    if story.outgoing and story.outgoing.requester:
        contact = story.outgoing.requester
    if contact is None:
        key = f"customer:{customer.pk}"
        address = frozen or customer.email
        return [Person.without_sign_in(key, customer.name, address, customer.phone)]
    if contact.user is None:
        key = f"contact:{contact.pk}"
        address = frozen or contact.email
        return [Person.without_sign_in(key, contact.name, address, contact.phone)]
    if not contact.user.is_active:
        return []
    return [Person.of_user(contact.user, phone=str(contact.phone or ""))]


def _one(technician: Technician | None) -> list[Person]:
    if technician is None or not technician.user.is_active:
        return []
    return [Person.of_user(technician.user)]


def _users(users: Iterable[User]) -> list[Person]:
    return [Person.of_user(user) for user in users]


def _desk(story: Story) -> list[Person]:
    return _users(User.objects.active().with_role(Role.AGENT, Role.MANAGER))


def _team(story: Story) -> list[Person]:
    team = story.ticket.team
    return _users(team.members.filter(is_active=True)) if team else []


def _queue(story: Story) -> list[Person]:
    if story.ticket.technician_id:
        return []
    return _team(story) or _desk(story)


def _promise(story: Story) -> list[Person]:
    """Whom the event of a promise names; nobody twice, nobody on time off, else the desk.

    Who is away is left out here and not when the event is recorded: news may wait for a worker.
    """
    payload = story.event.payload
    found = _one(story.technician) if payload.get("tells_assignee") else []
    found += _team(story) if payload.get("tells_team") else []
    named = User.objects.active().filter(pk__in=payload.get("people", []))
    found += _users(named.order_by("pk"))
    away = set(
        TimeOff.objects.filter(
            technician__user__in=[person.user for person in found],
            starts_at__lte=story.event.occurred_at,
            ends_at__gt=story.event.occurred_at,
        ).values_list("technician__user", flat=True)
    )
    here = {p.email.lower(): p for p in found if p.user and p.user.pk not in away}
    return list(here.values()) or _desk(story)


def _followers(story: Story) -> list[Person]:
    """Followers who still see the ticket: a technician may have lost it since."""
    users = User.objects.active().filter(followed_tickets__ticket=story.ticket)
    same = Ticket.objects.filter(pk=story.ticket.pk)
    return _users(user for user in users if same.visible_to(user).exists())


def _author(story: Story) -> list[Person]:
    """Who wrote it; when they have left, whoever works on the ticket, its team, or the desk."""
    number = story.event.payload.get("author_id")
    found = _users(User.objects.active().filter(pk=number)) if number else []
    return found or _one(story.ticket.technician) or _team(story) or _desk(story)


def _mentioned(story: Story) -> list[Person]:
    """Whom the note names, while they may still see the ticket."""
    named = User.objects.active().filter(pk__in=story.event.payload.get("user_ids", []))
    may_see = readers(story.ticket).values("pk")
    return _users(named.filter(pk__in=may_see).order_by("pk"))


def _named(story: Story) -> list[Person]:
    """Whom the event of a rule names, as far as they see the ticket; nobody twice."""
    payload = story.event.payload
    found = _one(story.ticket.technician) if payload.get("tells_assignee") else []
    found += _team(story) if payload.get("tells_team") else []
    found += _users(User.objects.active().filter(pk__in=payload.get("people", [])).order_by("pk"))
    same = Ticket.objects.filter(pk=story.ticket.pk)
    people = {person.key: person for person in found}
    return [p for p in people.values() if p.user and same.visible_to(p.user).exists()]


def _sales(story: Story) -> list[Person]:
    return _users(readers(story.ticket).with_role(Role.SALES).order_by("pk"))


RESOLVERS: dict[Audience, Callable[[Story], list[Person]]] = {
    Audience.REQUESTER: _requester,
    Audience.COPIES: lambda story: [],  # they share one mail: see telling
    Audience.TECHNICIAN: lambda story: _one(story.technician),
    Audience.PREVIOUS_TECHNICIAN: lambda story: _one(story.previous_technician),
    Audience.DESK: _desk,
    Audience.TEAM: _team,
    Audience.QUEUE: _queue,
    Audience.PROMISE: _promise,
    Audience.FOLLOWERS: _followers,
    Audience.AUTHOR: _author,
    Audience.MENTIONED: _mentioned,
    Audience.NAMED: _named,
    Audience.RULE_MAKERS: lambda story: _users(
        User.objects.active().with_role(Role.MANAGER, Role.ADMIN)
    ),
    Audience.MANAGER: lambda story: _users(User.objects.active().with_role(Role.MANAGER)),
    Audience.SALES: _sales,
}


def choices_of(people: Iterable[Person], kind: str) -> dict[Any, list[str]]:
    """User id -> all channels they chose for this kind of news; one query."""
    return dict(
        ChannelPreference.objects.filter(
            kind=kind, user__in=[person.user for person in people if person.user]
        ).values_list("user_id", "channels")
    )


def sms_is_configured() -> bool:
    """Whether there is an account to send SMS with."""
    return bool(settings.TWILIO_ACCOUNT_SID and settings.TWILIO_AUTH_TOKEN and settings.TWILIO_FROM)


def media_for(
    person: Person, rule: Rule, choice: list[str] | None, *, has_device: bool = False
) -> list[Medium]:
    """How this person hears of it: by the channels they chose, else by those of the rule.

    Who chose a way that cannot reach them is told by the other. Without an SMS account the SMS
    is written all the same, so that it shows in the outbox, and an e-mail goes in its place.
    """
    chosen = rule.channels if choice is None else choice
    media = [Medium.BELL] if person.user and Medium.BELL in chosen else []
    wanted = set(chosen) - {Medium.BELL, Medium.PUSH}
    if Medium.PUSH in chosen and has_device:
        media.append(Medium.PUSH)
    elif not wanted and not media and Medium.PUSH in chosen:
        wanted = {Medium.PUSH}  # no device any more, and no bell: by another way
    if not wanted:
        return media
    outside = {medium for medium in _reachable(person) if medium in wanted}
    if Medium.SMS in outside and settings.EMAIL_CONFIGURED and not sms_is_configured():
        outside |= {Medium.EMAIL} & set(_reachable(person))
    if Medium.SMS in outside and StoppedNumber.objects.filter(phone=person.phone).exists():
        outside = {Medium.EMAIL} & set(_reachable(person))  # they answered STOP to an SMS
    return media + [medium for medium in Medium if medium in (outside or _reachable(person)[:1])]


def devices_of(people: Iterable[Person]) -> dict[Any, list[PushDevice]]:
    """User id -> their browsers that take push messages; one query."""
    found: dict[Any, list[PushDevice]] = {}
    for device in PushDevice.objects.filter(
        user__in=[person.user for person in people if person.user]
    ):
        found.setdefault(device.user_id, []).append(device)
    return found


def _reachable(person: Person) -> list[Medium]:
    ways = [(Medium.EMAIL, person.email), (Medium.SMS, person.phone)]
    return [medium for medium, address in ways if address]


def page_for(person: Person, story: Story, audience: str) -> str:
    """Path of the page where this person reads more; empty for who cannot sign in."""
    if person.user is None:
        return ""
    if person.user.is_customer:
        return _path("tickets:portal_detail", story.ticket.pk)
    if person.user.is_desk:
        return _path("tickets:detail", story.ticket.pk)
    if audience == Audience.PREVIOUS_TECHNICIAN:
        return _path("tickets:field_today")  # the ticket is no longer theirs to see
    if audience == Audience.TECHNICIAN:
        return _path("tickets:field_job", story.ticket.pk)
    return _path("tickets:detail", story.ticket.pk)


def _path(page: str, *args: object) -> str:
    try:
        return reverse(page, args=args)
    except NoReverseMatch:  # news must not wait for a page that is not installed
        return reverse("core:home")
