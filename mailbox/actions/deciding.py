"""One mail, one fate. Can it be handled at all, is it a machine's, whose words is it?"""

from django.conf import settings
from django.utils.translation import gettext

from mailbox.actions.bouncing import find_bounced
from mailbox.actions.posting import post
from mailbox.fates import Outcome
from mailbox.models import Fate, Mailbox
from mailbox.parsing.classify import Category
from mailbox.reading import Reading
from mailbox.storms import too_many_mails, too_many_tickets
from mailbox.threading import Search, Thread
from mailbox.writers import Writer, writer_of

DISOWNED = "DMARC"  # a bad verdict about the sender; good ones are never believed (A62)


def decide(
    reading: Reading, mailbox: Mailbox, steps: list[str], *, size: int, by_hand: bool
) -> Outcome:
    """Do what the mail asks for, inside the caller's transaction; steps fills with the trace.

    by_hand: a person wants it, so it is no storm.
    """
    mail, kind = reading.mail, reading.kind
    if size > settings.MAIL_MAX_BYTES and not by_hand:
        limit = settings.MAIL_MAX_BYTES // 1_048_576
        return _aside(gettext("Larger than %(limit)s MB.") % {"limit": limit}, steps)
    if kind.category in (Category.BOUNCE, Category.COMPLAINT):
        return find_bounced(reading, steps)
    if kind.category in (Category.BULK, Category.OWN_LOOP):
        return Outcome(Fate.IGNORED, kind.why or kind.category)
    if len(mail.from_) != 1 or mail.sender is None:
        return _aside(gettext("It does not name one sender."), steps)
    writer = writer_of(mail.sender)
    # DMARC vouches for From; an address that a list names instead is only what the mail says.
    is_stated = mail.sender.email.lower() != mail.from_[0].email.lower()
    is_doubtful = is_stated or DISOWNED in kind.suspicious
    search = Search(mail, mailbox, writer, is_doubtful=is_doubtful, steps=steps)
    if kind.category is Category.AUTO_REPLY:
        return _machine(search.find(), writer, kind.why)
    if not by_hand and (why := too_many_mails(writer.email)):
        return _aside(why, steps)
    thread = search.find()
    is_new = thread.ticket is None and writer.colleague is None
    if is_new and not by_hand and (why := too_many_tickets(mailbox, writer.email)):
        return _aside(why, steps)
    return post(thread, reading, writer, mailbox, steps)


def _machine(thread: Thread, writer: Writer, why: str) -> Outcome:
    """Filed with its ticket, where there is one; it opens, wakes and answers nothing."""
    if writer.colleague is not None:
        return Outcome(Fate.IGNORED, gettext("A colleague's automatic answer: %s") % why)
    if thread.ticket is not None and not writer.may_speak_in(thread.ticket):
        return Outcome(Fate.AUTO_REPLY, why)
    return Outcome(Fate.AUTO_REPLY, why, ticket=thread.ticket)


def _aside(reason: str, steps: list[str]) -> Outcome:
    steps.append(f"quarantine: {reason}")
    return Outcome(Fate.QUARANTINED, reason)
