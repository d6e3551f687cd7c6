"""What can happen to a ticket. Names are stored: never rename one."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_noop as _

from core.events import DomainEvent, event


@event
@dataclass(frozen=True)
class TicketOpened(DomainEvent):
    name: ClassVar[str] = "ticket.opened"
    sentence: ClassVar[str] = _("opened the ticket by {channel_name}")
    channel: str
    channel_name: str
    customer_id: int
    device_id: int | None
    category_id: int | None
    follows_id: int | None = None


@event
@dataclass(frozen=True)
class TicketAssigned(DomainEvent):
    name: ClassVar[str] = "ticket.assigned"
    sentence: ClassVar[str] = _("assigned the ticket to {to_name}{why}")
    from_id: int | None
    to_id: int
    to_name: str
    is_automatic: bool
    why: str = ""  # " (score 92: …)" or empty
    is_taken: bool = False  # by oneself

    @classmethod
    def wording(cls, payload: dict[str, Any]) -> str:
        return _("took the ticket{why}") if payload.get("is_taken") else cls.sentence


@event
@dataclass(frozen=True)
class TicketUnassigned(DomainEvent):
    name: ClassVar[str] = "ticket.unassigned"
    sentence: ClassVar[str] = _("took the ticket from {from_name}")
    from_id: int
    from_name: str


@event
@dataclass(frozen=True)
class NoTechnicianFound(DomainEvent):
    name: ClassVar[str] = "ticket.no_technician_found"
    sentence: ClassVar[str] = _("found no technician: {reason}")
    reason: str


@event
@dataclass(frozen=True)
class TicketAccepted(DomainEvent):
    name: ClassVar[str] = "ticket.accepted"
    sentence: ClassVar[str] = _("accepted the job")
    technician_id: int | None
    technician_name: str


@event
@dataclass(frozen=True)
class TicketDeclined(DomainEvent):
    name: ClassVar[str] = "ticket.declined"
    sentence: ClassVar[str] = _("declined the job: {reason}")
    technician_id: int | None
    technician_name: str
    reason: str


@event
@dataclass(frozen=True)
class TechnicianOnTheWay(DomainEvent):
    name: ClassVar[str] = "ticket.on_the_way"
    sentence: ClassVar[str] = _("is on the way")
    technician_id: int | None
    technician_name: str
    travel_minutes: int | None


@event
@dataclass(frozen=True)
class WorkStarted(DomainEvent):
    name: ClassVar[str] = "ticket.work_started"
    sentence: ClassVar[str] = _("started the work")
    technician_id: int | None


@event
@dataclass(frozen=True)
class StatusChanged(DomainEvent):
    name: ClassVar[str] = "ticket.status_changed"
    sentence: ClassVar[str] = _("set the status from {from_name} to {to_name}")
    from_status: str
    to_status: str
    from_name: str
    to_name: str


@event
@dataclass(frozen=True)
class TicketResolved(DomainEvent):
    name: ClassVar[str] = "ticket.resolved"
    sentence: ClassVar[str] = _("resolved the ticket")
    from_status: str
    by_customer: bool = False


@event
@dataclass(frozen=True)
class TicketReopened(DomainEvent):
    name: ClassVar[str] = "ticket.reopened"
    sentence: ClassVar[str] = _("reopened the ticket")
    by_customer: bool = False


@event
@dataclass(frozen=True)
class TicketClosed(DomainEvent):
    name: ClassVar[str] = "ticket.closed"
    sentence: ClassVar[str] = _("closed the ticket{why}")
    by_customer: bool = False
    why: str = ""


@event
@dataclass(frozen=True)
class CloseWarned(DomainEvent):
    """words: the day it closes, for the history; closes_at: the moment."""

    name: ClassVar[str] = "ticket.close_warned"
    sentence: ClassVar[str] = _("told the customer that the ticket closes on {words}")
    closes_at: str
    words: str


@event
@dataclass(frozen=True)
class TicketEdited(DomainEvent):
    name: ClassVar[str] = "ticket.edited"
    sentence: ClassVar[str] = _("changed {fields}")
    fields: str  # verbose names, comma separated
    field_names: list[str]


@event
@dataclass(frozen=True)
class CustomValuesChanged(DomainEvent):
    """fields: labels, comma separated. What was typed stays out of the history."""

    name: ClassVar[str] = "ticket.custom_values_changed"
    sentence: ClassVar[str] = _("filled in {fields}")
    fields: str
    keys: list[str]


@event
@dataclass(frozen=True)
class TagsChanged(DomainEvent):
    """added, removed: names of tags."""

    name: ClassVar[str] = "ticket.tags_changed"
    sentence: ClassVar[str] = _("changed the tags: {words}")
    words: str
    added: list[str]
    removed: list[str]


@event
@dataclass(frozen=True)
class TagCreated(DomainEvent):
    name: ClassVar[str] = "tag.created"
    sentence: ClassVar[str] = _("made the tag {title}")
    title: str


@event
@dataclass(frozen=True)
class CustomerReplied(DomainEvent):
    name: ClassVar[str] = "ticket.customer_replied"
    sentence: ClassVar[str] = _("replied")
    message_id: int


@event
@dataclass(frozen=True)
class StaffReplied(DomainEvent):
    name: ClassVar[str] = "ticket.staff_replied"
    sentence: ClassVar[str] = _("replied to the customer")
    message_id: int


@event
@dataclass(frozen=True)
class ReplyQueued(DomainEvent):
    """Staff pressed Send; the customer may read it when it is released."""

    name: ClassVar[str] = "ticket.reply_queued"
    sentence: ClassVar[str] = _("wrote a reply that goes out later")
    message_id: int
    release_at: str
    is_scheduled: bool


@event
@dataclass(frozen=True)
class ReplyUndone(DomainEvent):
    name: ClassVar[str] = "ticket.reply_undone"
    sentence: ClassVar[str] = _("took a reply back before it was sent")
    message_id: int


@event
@dataclass(frozen=True)
class ReplyHeld(DomainEvent):
    """Recorded by the desk itself; the author decides."""

    name: ClassVar[str] = "ticket.reply_held"
    sentence: ClassVar[str] = _("held back the reply of {author_name}: {why}")
    message_id: int
    author_id: int | None
    author_name: str
    reason: str
    why: str


@event
@dataclass(frozen=True)
class StatusKept(DomainEvent):
    """A reply went out, but the state chosen with it was not possible any more."""

    name: ClassVar[str] = "ticket.status_kept"
    sentence: ClassVar[str] = _("left the status at {status_name}: it cannot become {wanted_name}")
    status: str
    wanted: str
    status_name: str
    wanted_name: str


@event
@dataclass(frozen=True)
class CopiesChanged(DomainEvent):
    name: ClassVar[str] = "ticket.copies_changed"
    sentence: ClassVar[str] = _("changed who gets copies: {added} added, {removed} removed")
    added: int
    removed: int


@event
@dataclass(frozen=True)
class CopiesProposed(DomainEvent):
    """By somebody who may not add people: they get nothing until staff agrees."""

    name: ClassVar[str] = "ticket.copies_proposed"
    sentence: ClassVar[str] = _("would like more people in Cc: {count}. See People")
    count: int


@event
@dataclass(frozen=True)
class CopyLeftOut(DomainEvent):
    name: ClassVar[str] = "ticket.copy_left_out"
    sentence: ClassVar[str] = _("left somebody out of Cc who was proposed")


@event
@dataclass(frozen=True)
class FollowerAdded(DomainEvent):
    name: ClassVar[str] = "ticket.follower_added"
    sentence: ClassVar[str] = _("added {follower_name} as a follower")
    user_id: int
    follower_name: str


@event
@dataclass(frozen=True)
class FollowerRemoved(DomainEvent):
    name: ClassVar[str] = "ticket.follower_removed"
    sentence: ClassVar[str] = _("removed {follower_name} from the followers")
    user_id: int
    follower_name: str


@event
@dataclass(frozen=True)
class NoteAdded(DomainEvent):
    name: ClassVar[str] = "ticket.note_added"
    sentence: ClassVar[str] = _("added an internal note")
    message_id: int


@event
@dataclass(frozen=True)
class StaffMentioned(DomainEvent):
    name: ClassVar[str] = "ticket.staff_mentioned"
    sentence: ClassVar[str] = _("mentioned {names} in an internal note")
    message_id: int
    user_ids: list[int]
    names: str


@event
@dataclass(frozen=True)
class VisitBooked(DomainEvent):
    name: ClassVar[str] = "ticket.visit_booked"
    sentence: ClassVar[str] = _("booked a visit of {technician_name}")
    technician_id: int | None
    technician_name: str
    starts_at: str
    ends_at: str


@event
@dataclass(frozen=True)
class VisitCancelled(DomainEvent):
    name: ClassVar[str] = "ticket.visit_cancelled"
    sentence: ClassVar[str] = _("cancelled the visit of {technician_name}")
    technician_id: int | None
    technician_name: str
    starts_at: str
    ends_at: str


@event
@dataclass(frozen=True)
class TicketMerged(DomainEvent):
    name: ClassVar[str] = "ticket.merged"
    sentence: ClassVar[str] = _("merged this ticket into {into}")
    into_id: int
    into: str  # its number


@event
@dataclass(frozen=True)
class MergeReceived(DomainEvent):
    name: ClassVar[str] = "ticket.merge_received"
    sentence: ClassVar[str] = _("merged {source} into this ticket")
    source_id: int
    source: str


@event
@dataclass(frozen=True)
class MergeUndone(DomainEvent):
    """Recorded on both tickets; other: the number of the one it is parted from."""

    name: ClassVar[str] = "ticket.merge_undone"
    sentence: ClassVar[str] = _("undid the merge with {other}")
    other_id: int
    other: str


@event
@dataclass(frozen=True)
class LinkAdded(DomainEvent):
    """Recorded on both tickets. words: what the other one is to this; kind: a LinkKind."""

    name: ClassVar[str] = "ticket.link_added"
    sentence: ClassVar[str] = _("linked {other} ({words})")
    other_id: int
    other: str
    kind: str
    words: str


@event
@dataclass(frozen=True)
class LinkRemoved(DomainEvent):
    """As LinkAdded."""

    name: ClassVar[str] = "ticket.link_removed"
    sentence: ClassVar[str] = _("removed the link with {other} ({words})")
    other_id: int
    other: str
    kind: str
    words: str


@event
@dataclass(frozen=True)
class IncidentsAnswered(DomainEvent):
    """Recorded on the problem; each incident has the events of its own reply."""

    name: ClassVar[str] = "ticket.incidents_answered"
    sentence: ClassVar[str] = _("answered incidents of this problem: {count}")
    count: int


@event
@dataclass(frozen=True)
class TicketSplit(DomainEvent):
    """Recorded on the ticket the words come from; other: the new one. moved: messages after it."""

    name: ClassVar[str] = "ticket.split"
    sentence: ClassVar[str] = _("made {other} of a message of {author_name}")
    other_id: int
    other: str
    message_id: int
    author_name: str
    moved: int


@event
@dataclass(frozen=True)
class SplitReceived(DomainEvent):
    """Recorded on the new ticket; other: where its words come from."""

    name: ClassVar[str] = "ticket.split_received"
    sentence: ClassVar[str] = _("split this ticket from {other}")
    other_id: int
    other: str


@event
@dataclass(frozen=True)
class MessageMoved(DomainEvent):
    """Recorded on the ticket the message was filed with by mistake; other: the right one."""

    name: ClassVar[str] = "ticket.message_moved"
    sentence: ClassVar[str] = _("moved a message of {author_name} to {other}")
    other_id: int
    other: str
    message_id: int
    author_name: str


@event
@dataclass(frozen=True)
class MessageReceived(DomainEvent):
    """Recorded on the ticket the message belongs to; other: where it was."""

    name: ClassVar[str] = "ticket.message_received"
    sentence: ClassVar[str] = _("moved a message of {author_name} here from {other}")
    other_id: int
    other: str
    message_id: int
    author_name: str


@event
@dataclass(frozen=True)
class TicketImported(DomainEvent):
    """Recorded as history: an imported ticket tells nobody anything (see core.events.history)."""

    name: ClassVar[str] = "ticket.imported"
    sentence: ClassVar[str] = _("imported the ticket {external_id} from another system")
    external_id: str
    status: str


@event
@dataclass(frozen=True)
class SettingsChanged(DomainEvent):
    name: ClassVar[str] = "desk.settings_changed"
    sentence: ClassVar[str] = _("changed the desk's settings: {fields}")
    fields: str


@event
@dataclass(frozen=True)
class DueDateSet(DomainEvent):
    name: ClassVar[str] = "ticket.due_date_set"
    sentence: ClassVar[str] = _("set the due date by hand: {words}")
    due_at: str
    words: str


@event
@dataclass(frozen=True)
class DueDateCleared(DomainEvent):
    name: ClassVar[str] = "ticket.due_date_cleared"
    sentence: ClassVar[str] = _("removed the due date that was set by hand")


@event
@dataclass(frozen=True)
class SlaWarned(DomainEvent):
    """people: user ids to tell besides the assignee and the team, where those are to be told."""

    name: ClassVar[str] = "ticket.sla_warned"
    sentence: ClassVar[str] = _("reminded: {promise} is due soon")
    kind: str
    promise: str
    due_at: str
    tells_assignee: bool
    tells_team: bool
    people: list[int]


@event
@dataclass(frozen=True)
class SlaBreached(DomainEvent):
    """people: as with SlaWarned."""

    name: ClassVar[str] = "ticket.sla_breached"
    sentence: ClassVar[str] = _("noticed: {promise} is late")
    kind: str
    promise: str
    due_at: str
    tells_assignee: bool
    tells_team: bool
    people: list[int]


@event
@dataclass(frozen=True)
class SlaPolicyCreated(DomainEvent):
    name: ClassVar[str] = "sla_policy.created"
    sentence: ClassVar[str] = _("added the policy {title}")
    title: str


@event
@dataclass(frozen=True)
class SlaPolicyChanged(DomainEvent):
    """Something else is promised: the clocks of open tickets are computed again."""

    name: ClassVar[str] = "sla_policy.changed"
    sentence: ClassVar[str] = _("changed {fields} of the policy {title}")
    title: str
    fields: str


@event
@dataclass(frozen=True)
class SlaPolicyDeleted(DomainEvent):
    name: ClassVar[str] = "sla_policy.deleted"
    sentence: ClassVar[str] = _("deleted the policy {title}")
    title: str


@event
@dataclass(frozen=True)
class MacroRan(DomainEvent):
    """What it did follows as events of its own."""

    name: ClassVar[str] = "ticket.macro_ran"
    sentence: ClassVar[str] = _("ran the macro “{title}”")
    macro_id: int
    title: str


@event
@dataclass(frozen=True)
class TicketSnoozed(DomainEvent):
    """until: ISO moment. opens: it is open again then."""

    name: ClassVar[str] = "ticket.snoozed"
    sentence: ClassVar[str] = _("snoozed the ticket")
    until: str
    opens: bool


@event
@dataclass(frozen=True)
class SnoozeEnded(DomainEvent):
    """opens: the ticket is open again; else it waits on and somebody should look."""

    name: ClassVar[str] = "ticket.snooze_ended"
    sentence: ClassVar[str] = _("brought the ticket back from its snooze")
    opens: bool


@event
@dataclass(frozen=True)
class ThanksFiled(DomainEvent):
    """The customer only said thanks for what is resolved."""

    name: ClassVar[str] = "ticket.thanks_filed"
    sentence: ClassVar[str] = _("said thanks, filed without reopening")
    message_id: int


@event
@dataclass(frozen=True)
class RuleTold(DomainEvent):
    """people: user ids to tell besides the assignee and the team, where those are to be told."""

    name: ClassVar[str] = "ticket.rule_told"
    sentence: ClassVar[str] = _("told {names}{words}")
    names: str
    words: str  # ": what the rule says", or ""
    tells_assignee: bool
    tells_team: bool
    people: list[int]


@event
@dataclass(frozen=True)
class RuleReplied(DomainEvent):
    """Beside ticket.staff_replied: no person wrote this reply."""

    name: ClassVar[str] = "ticket.rule_replied"
    sentence: ClassVar[str] = _("wrote to the customer")
    message_id: int


@event
@dataclass(frozen=True)
class RuleStopped(DomainEvent):
    """A rule ran in circles, or failed; whoever can change it is told."""

    name: ClassVar[str] = "ticket.rule_stopped"
    sentence: ClassVar[str] = _("was stopped: {why}")
    rule_id: int
    rule_name: str
    why: str


@event
@dataclass(frozen=True)
class AutomationRuleCreated(DomainEvent):
    name: ClassVar[str] = "automation_rule.created"
    sentence: ClassVar[str] = _("added the rule {title}")
    title: str


@event
@dataclass(frozen=True)
class AutomationRuleChanged(DomainEvent):
    name: ClassVar[str] = "automation_rule.changed"
    sentence: ClassVar[str] = _("changed {fields} of the rule {title}")
    title: str
    fields: str


@event
@dataclass(frozen=True)
class AutomationRuleDeleted(DomainEvent):
    name: ClassVar[str] = "automation_rule.deleted"
    sentence: ClassVar[str] = _("deleted the rule {title}")
    title: str


@event
@dataclass(frozen=True)
class MailBounced(DomainEvent):
    """A mail of the ticket came back. reason: the other server's, in a few words."""

    name: ClassVar[str] = "ticket.mail_bounced"
    sentence: ClassVar[str] = _("could not deliver a mail of this ticket: {reason}")
    message_id: int | None
    author_id: int | None
    reason: str
    is_hard: bool
