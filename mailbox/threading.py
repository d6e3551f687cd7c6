"""Which ticket a mail belongs to: SEMANTICS section 6, in its order, each step with its words.

Strong signs carry our signature: whoever has one has read a mail of ours. Weak signs anybody can
write, so they count only from people of that ticket.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from core import mail_ids
from mailbox.models import ID_LENGTH, InboundMail, Mailbox
from mailbox.parsing.message import ParsedMail
from mailbox.signs import Sent, what_is
from mailbox.writers import Writer
from tickets.models import Ticket

MOST_REFERENCES = 100  # looked at, the newest first
MOST_MARKED = 200_000  # characters of a body searched for our marker
_NUMBER = re.compile(r"\[SD-0{0,6}([1-9][0-9]{0,17})\]", re.IGNORECASE)
_PREFIX = re.compile(r"^\s*(?:(?:re|aw|sv|antw|fwd?|wg|tr)\s*(?:\[\d+\])?\s*:|\[SD-\d+\])\s*", re.I)


@dataclass(frozen=True)
class Thread:
    """ticket None: a new one. is_proven: our signature says so. user_ids: colleagues it went to."""

    ticket: Ticket | None = None
    is_proven: bool = False
    user_ids: frozenset[int] = frozenset()
    is_moved: bool = False


@dataclass
class Search:
    """One mail on its way to a ticket; steps fills with sentences."""

    mail: ParsedMail
    mailbox: Mailbox
    writer: Writer
    is_doubtful: bool = False  # the sender's own domain disowns it, or never vouched for it
    steps: list[str] = field(default_factory=list)

    def find(self) -> Thread:
        found = self._signed()
        if found.ticket is None:
            found = self._marked()
        moved = self._moved(found)
        if moved is not None:
            return moved
        if found.ticket is not None:
            return found
        ticket = self._stored() or self._numbered()
        return Thread(ticket)

    # --- strong signs ---

    def _signed(self) -> Thread:
        ours = [text for text in self._references() if mail_ids.looks_like_ours(text)]
        if not ours:
            self.steps.append("reference: none of ours")
        signs = [sign for text in ours if (sign := mail_ids.read_id(text))]
        if len(signs) < len(ours):
            self.steps.append("reference: one in our form has a wrong signature, not believed")
        return self._proven(signs, "reference")

    def _marked(self) -> Thread:
        body = self.mail.text[:MOST_MARKED] + self.mail.html[:MOST_MARKED]
        signs = list(mail_ids.read_markers(body))
        if not signs:
            self.steps.append("marker: none in the text")
        return self._proven(signs, "marker")

    def _proven(self, signs: list[tuple[str, int]], where: str) -> Thread:
        """The newest sign that leads somewhere, and every colleague one of them went to."""
        known = [(sign, sent) for sign in signs if (sent := what_is(*sign))]
        for (kind, number), sent in known:
            ticket = _ticket(sent)
            if ticket is None:
                continue
            self.steps.append(f"{where}: signed {kind} {number} is {ticket.reference}")
            readers = {s.user_id for _, s in known if s.ticket_id == sent.ticket_id and s.user_id}
            return Thread(ticket, is_proven=True, user_ids=frozenset(readers))
        if signs:
            self.steps.append(f"{where}: signed by us, but what it stands for is gone")
        return Thread()

    # --- where a person said it belongs ---

    def _moved(self, found: Thread) -> Thread | None:
        """A person moved a mail this one answers: what they said is stronger than our signs."""
        for row in self._known_mails():
            if row.moved_at is None:
                continue
            ticket = _ticket_of(row)
            allowed = found.is_proven or self.writer.email == row.from_email
            if ticket is None or not (allowed and not self.is_doubtful):
                continue
            self.steps.append(
                f"moved: it answers a mail that was moved to {ticket.reference} by a person"
            )
            return Thread(ticket, found.is_proven, found.user_ids, is_moved=True)
        return None

    # --- weak signs ---

    def _stored(self) -> Ticket | None:
        rows = self._known_mails()
        if not rows:
            self.steps.append("known mail: it answers none we received")
        for row in rows:
            ticket = _ticket_of(row)
            if ticket is None:
                continue
            where = f"known mail: it answers one of {ticket.reference}"
            if base_subject(row.subject) != base_subject(self.mail.subject[:300]):
                self.steps.append(f"{where}, but under another subject")
            elif self._may(ticket, where):
                return ticket
        return None

    def _numbered(self) -> Ticket | None:
        numbers = [int(number) for number in _NUMBER.findall(self.mail.subject)[:3]]
        if not numbers:
            self.steps.append("subject: no number of a ticket")
        for number in numbers:
            ticket = _ticket(Sent(number))
            if ticket is None:
                self.steps.append(f"subject: there is no ticket {number}")
            elif self._may(ticket, f"subject: names {ticket.reference}"):
                return ticket
        return None

    def _may(self, ticket: Ticket, where: str) -> bool:
        if self.is_doubtful:
            self.steps.append(f"{where}, but nothing vouches for the sender")
        elif not self.writer.is_in(ticket):
            self.steps.append(f"{where}, but the sender is nobody of that ticket")
        else:
            self.steps.append(f"{where}, and the sender is one of its people")
            return True
        return False

    # --- what is looked at ---

    def _references(self) -> Iterator[str]:
        """Newest first, each once."""
        newest_first = [*self.mail.in_reply_to, *reversed(self.mail.references)]
        yield from list(dict.fromkeys(newest_first))[:MOST_REFERENCES]

    def _known_mails(self) -> list[InboundMail]:
        """Mails to this mailbox that this one answers, and moved ones of any, newest first."""
        order = {text[:ID_LENGTH]: place for place, text in enumerate(self._references())}
        if not order:
            return []
        rows = InboundMail.objects.filter(header_id__in=order).select_related(
            "ticket__customer", "message__ticket__customer"
        )
        found = [row for row in rows if row.mailbox_id == self.mailbox.pk or row.moved_at]
        return sorted(found, key=lambda row: order[row.header_id])


def base_subject(subject: str) -> str:
    """Without Re: and our number, in small letters."""
    while found := _PREFIX.match(subject):
        subject = subject[found.end() :]
    return " ".join(subject.replace("\u200b", "").lower().split())


def _ticket(sent: Sent) -> Ticket | None:
    if sent.ticket_id is None:
        return None
    return Ticket.objects.select_related("customer").filter(pk=sent.ticket_id).first()


def _ticket_of(row: InboundMail) -> Ticket | None:
    """Where its words are now: a message may have moved on with a merge or a split."""
    return row.message.ticket if row.message else row.ticket
