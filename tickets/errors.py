"""The ways a ticket refuses."""

from django.utils.translation import gettext_lazy as _

from core.errors import RuleError


class DeviceOfAnotherCustomer(RuleError):
    """The device does not belong to the ticket's customer."""

    message = _("Choose one of this customer's own devices.")
    field = "device"
    status = 422


class RequesterOfAnotherCustomer(RuleError):
    """The person does not belong to the ticket's customer."""

    message = _("Choose one of this customer's own contacts.")
    field = "requester"
    status = 422


class MoveNotAllowed(RuleError):
    """MOVES has no such move."""

    field = "status"


class TextMissing(RuleError):
    """A text that must be there is empty."""

    status = 422


class ResolutionMissing(TextMissing):
    """A ticket cannot be resolved without saying what fixed it."""

    message = _("Write what fixed it; the customer and the next technician will read it.")
    field = "resolution"


class ResolutionTooLong(TextMissing):
    """A resolution is what fixed it, not the whole story."""

    message = _("This text is longer than 20,000 characters. Say the essence; attach the rest.")
    field = "resolution"


class TagRefused(RuleError):
    """A word that is no tag, or one tag too many."""

    field = "name"
    status = 422


class CustomValueRefused(RuleError):
    """A value its field does not take, or one that is missing; beside its input."""

    status = 422


class LabelTaken(RuleError):
    """Two fields of one name could not be told apart."""

    message = _("There is a field of this name already.")
    field = "label"
    status = 422


class NotYourJob(RuleError):
    """The job belongs to somebody else by now."""

    message = _("This job is not assigned to you any more.")


class WrongStep(RuleError):
    """The job is at another step already."""

    message = _("This job has moved on since you opened the page. Here is how it stands now.")


class VisitOfDoneTicket(RuleError):
    """A ticket that is resolved or closed needs no visit."""

    message = _("This ticket is done. Reopen it before you book a visit.")


class VisitChanged(RuleError):
    """Somebody else booked, moved or cancelled the visit since the page was opened."""

    message = _("Somebody else has just changed this visit. Here is how it stands now.")


class VisitInThePast(RuleError):
    """A visit begins in the future."""

    message = _("This moment has passed. Choose a later one.")
    field = "starts_at"
    status = 422


class VisitTooFarAhead(RuleError):
    """Nobody's calendar reaches that far."""

    message = _("Choose a time within the next twelve months.")
    field = "starts_at"
    status = 422


class VisitDuringTimeOff(RuleError):
    """The technician does not work then."""

    message = _("The technician has time off then. Choose another time, or somebody else.")
    field = "starts_at"


class NotAnOwner(RuleError):
    """Neither of the desk nor a technician with a profile."""

    message = _("You have no technician profile yet, so no ticket can be yours. Ask a manager.")
    field = "technician"
    status = 422


class NoVisitsByTechnician(RuleError):
    """The technician works at the desk only, or not here any more."""

    message = _("This technician makes no visits. Choose somebody else.")
    field = "technician"
    status = 422


class DueDateRefused(RuleError):
    """A moment that cannot be promised."""

    status = 422


class PolicyRefused(RuleError):
    """A promise that contradicts itself or the other policies."""

    status = 422


class CannotMerge(RuleError):
    """These two cannot become one; the message says why."""

    field = "tickets"
    status = 422


class OtherCustomer(CannotMerge):
    """Two customers' tickets become one only when somebody says so knowingly."""

    message = _("These tickets belong to different customers. Confirm that you know it.")
    field = "across"


class CannotUndoMerge(RuleError):
    """The merge cannot be taken back; the message says why."""


class GoesOnElsewhere(RuleError):
    """A merged ticket goes on where this person may not write."""

    message = _("This ticket goes on in another one, which you do not work on. Ask the desk.")
    field = "body"


class DraftElsewhere(RuleError):
    """Another tab of the same person saved, sent or threw away this draft since.

    theirs: the text kept now, "" when it is gone. version: what a page must name to replace it.
    """

    message = _("Not saved: this draft was changed or sent in another tab.")

    def __init__(self, theirs: str, version: int) -> None:
        super().__init__()
        self.theirs, self.version = theirs, version


class StaleReply(RuleError):
    """Somebody wrote since the composer was opened. newer: keys of those messages."""

    message = _("Not sent yet: somebody wrote since you began. Read it, then decide.")

    def __init__(self, newer: list[int]) -> None:
        super().__init__()
        self.newer = newer


class TooLateToUndo(RuleError):
    """The reply has gone out."""

    message = _("Too late: this reply has been sent.")


class NotYourReply(RuleError):
    """Only its author takes a reply back."""

    message = _("Only the person who wrote a reply can take it back.")
    status = 403


class WrongMoment(RuleError):
    """A reply cannot be sent in the past, nor in years."""

    message = _("Choose a moment between now and a year from now.")
    field = "send_at"
    status = 422


class AddressRefused(RuleError):
    """Something in Cc is no address, or there are too many."""

    field = "copies"
    status = 422


class NotAFollower(RuleError):
    """The colleague may not see this ticket."""

    message = _("This colleague cannot see the ticket, so they cannot follow it.")
    field = "user"
    status = 422


class SnoozeRefused(RuleError):
    """A moment, or a state, one cannot snooze to."""

    message = _("Choose a moment between now and a year from now.")
    no_state = _("Only a ticket that waits for somebody can be snoozed.")
    field = "until"
    status = 422


class CannotLink(RuleError):
    """Two tickets cannot belong together in that way."""

    message = _("These tickets cannot be linked in this way.")
    field = "number"
    status = 422


class CannotSplit(RuleError):
    """A message cannot become a ticket of its own."""

    message = _("This message cannot become a ticket of its own.")
    status = 409


class CannotMoveMessage(RuleError):
    """A message cannot go to another ticket."""

    message = _("This message cannot go to another ticket.")
    status = 409


class CannotMention(RuleError):
    """A note names somebody who may not see the ticket, or too many people."""

    message = _("This colleague cannot see the ticket.")
    field = "body"
    status = 422
