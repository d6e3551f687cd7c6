"""An event becomes rows in the outbox: one per rule, person and channel."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from core.events import ring
from core.models import EventRecord
from notifications.actions.holding import hold
from notifications.actions.ways_out import offer_ways_out
from notifications.audiences import Person, Story, choices_of, devices_of, media_for, people_of
from notifications.composing import compose, compose_push
from notifications.models import (
    Audience,
    BlockedAddress,
    Medium,
    Notification,
    PushDevice,
    Rule,
    State,
)
from notifications.querysets import NotificationQuerySet

IMPORTED_AFTER = timedelta(hours=1)  # a ticket older than its own opening came from a file
ONE_ACT = timedelta(seconds=5)  # events of one transaction differ by milliseconds
MAILS_PER_TASK = 20
MANY = 500  # beyond it the rows are the queue, and a task for each handful only noise
CROWDS = ("desk", "team", "queue", "promise", "manager", "sales")
WRITTEN = ("ticket.staff_replied", "ticket.resolved")
HELD_BACK = gettext_noop(
    "Mail to this address came back. Nothing automatic is sent to it before %(day)s."
)


@transaction.atomic
def tell(happened: EventRecord) -> int:
    """Write the outbox rows of an event and ask for their sending. Returns how many.

    Safe to run again: a row whose dedupe_key is there is not written twice.
    """
    rules = list(Rule.objects.filter(event=happened.name, is_active=True))
    story = Story.of(happened) if rules else None
    if story is None or is_said_already(story):
        return 0
    rows = _rows(story, rules)
    hold_back(rows, story)
    offer_ways_out(rows)
    rows += hold(rows, story)
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    hand_over(Notification.objects.filter(dedupe_key__in=[row.dedupe_key for row in rows]))
    return len(rows)


def hold_back(rows: list[Notification], story: Story) -> None:
    """Nothing automatic goes to an address that came back; what a person wrote does."""
    if is_of_a_person(story):
        return
    mails = [row for row in rows if row.channel == Medium.EMAIL]
    found = BlockedAddress.objects.now_among(a for row in mails for a in (row.address, *row.cc))
    until = {row.address: row.until for row in found} if mails else {}
    for row in mails:
        row.cc = [address for address in row.cc if address.lower() not in until]
        if row.address.lower() in until:
            row.state = State.UNSENT
            row.last_error = HELD_BACK % {"day": until[row.address.lower()].date().isoformat()}


def is_of_a_person(story: Story) -> bool:
    """Whether it carries words that somebody of us wrote to these people."""
    is_automatic = story.reply is not None and story.reply.is_automatic
    return story.event.actor_id is not None and story.event.name in WRITTEN and not is_automatic


def hand_over(rows: NotificationQuerySet) -> None:
    """After the commit: e-mails and SMS go to a worker, bells ring in open pages."""
    written = rows.values_list("pk", "channel", "state", "user_id")
    to_send = [pk for pk, channel, state, _ in written if state == State.QUEUED]
    if len(to_send) > MANY:
        ring("notifications.sweep")
        to_send = []
    for start in range(0, len(to_send), MAILS_PER_TASK):
        ring("notifications.send", to_send[start : start + MAILS_PER_TASK])
    users = sorted({user for _, channel, _, user in written if channel == Medium.BELL and user})
    if users:
        ring("notifications.push", users)


def _rows(story: Story, rules: list[Rule]) -> list[Notification]:
    rows, told = [], set()
    # The more personal rule first: who is both technician and desk hears it as technician.
    for rule in sorted(rules, key=lambda rule: (rule.audience in CROWDS, rule.pk)):
        people = people_of(rule.audience, story)
        choices, devices = choices_of(people, rule.kind), devices_of(people)
        for person in people:
            is_actor = person.user is not None and person.user.pk == story.event.actor_id
            if is_actor and not rule.tells_actor:
                continue
            if person.user is not None and person.user.pk in story.told_by_mention:
                continue
            pk = person.user and person.user.pk
            theirs = devices.get(pk, [])
            for medium in media_for(person, rule, choices.get(pk), has_device=bool(theirs)):
                if (person.key, medium) not in told:
                    told.add((person.key, medium))
                    rows += _messages(story, rule, person, medium, theirs)
    return rows + _copy(rows, story, rules)


def _messages(
    story: Story, rule: Rule, person: Person, medium: Medium, devices: list[PushDevice]
) -> list[Notification]:
    """One row; of push messages one for each browser."""
    if medium == Medium.PUSH:
        return [compose_push(story, rule, person, device) for device in devices]
    return [compose(story, rule, person, medium)]


def _copy(rows: list[Notification], story: Story, rules: list[Rule]) -> list[Notification]:
    """Put the people in Cc on the requester's mail; returns a mail of their own when there is none.

    There is none when the requester chose SMS, or nothing at all.
    """
    rule = next((rule for rule in rules if rule.audience == Audience.COPIES), None)
    if rule is None or not story.copies:
        return []
    for row in rows:
        is_first = row.rule is not None and row.rule.audience == Audience.REQUESTER
        if is_first and row.channel == Medium.EMAIL:
            row.cc = [address for address in story.copies if address != row.address]
            return []
    first, *others = story.copies
    person = Person.without_sign_in(f"copies:{story.ticket.pk}", "", first, None)
    row = compose(story, rule, person, Medium.EMAIL)
    row.cc = others
    return [row]


def is_said_already(story: Story) -> bool:
    """Whether another message of the same moment says it, or it is no news at all."""
    happened, ticket = story.event, story.ticket
    match happened.name:
        case "ticket.opened":
            return happened.occurred_at - ticket.opened_at > IMPORTED_AFTER
        case "ticket.reopened":  # by a reply: that mail has the words
            return _also("ticket.customer_replied", happened)
        case "ticket.staff_replied":  # resolved with this reply: that mail has them
            is_resolution = story.reply and story.reply.body == ticket.resolution
            return bool(is_resolution) and _also("ticket.resolved", happened)
        case "ticket.closed":
            if happened.payload.get("by_customer"):
                return True
            resolved = ticket.resolved_at
            return bool(resolved and happened.occurred_at - resolved < timedelta(minutes=1))
    return False


def _also(name: str, happened: EventRecord) -> bool:
    """Whether an event of that name belongs to the same act."""
    return EventRecord.objects.filter(
        name=name,
        subject_type=happened.subject_type,
        subject_id=happened.subject_id,
        actor_id=happened.actor_id,
        occurred_at__range=(happened.occurred_at - ONE_ACT, happened.occurred_at + ONE_ACT),
    ).exists()
