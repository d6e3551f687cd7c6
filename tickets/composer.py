"""What the composer of the ticket page shows and takes: text, recipients, draft, time."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets.actions import NewReply, Typed, save_draft
from tickets.actions.drafts import keep_files
from tickets.actions.people import split_addresses
from tickets.errors import StaleReply
from tickets.forms import NoteForm, ReplyForm
from tickets.models import Draft, Message, MessageKind, Ticket

MOST_SHOWN = 20
LARGEST_KEY = 2**63 - 1


class KeptFilesField(forms.Field):
    """Keys of the draft's files that go along."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[int]:
        typed = value or []
        if len(typed) > 100 or not all(str(key).isdecimal() and len(key) <= 18 for key in typed):
            raise ValidationError(_("Choose files of this draft."))
        return [int(key) for key in typed]


class ReplyComposer(ReplyForm):
    """A reply with its recipients, the moment it goes out, and what its author had read."""

    copies = forms.CharField(label=_("Cc"), required=False, max_length=2000)
    send_at = forms.DateTimeField(
        label=_("Send later"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Give a day and a time.")},
    )
    seen = forms.IntegerField(
        required=False, min_value=0, max_value=LARGEST_KEY, widget=forms.HiddenInput
    )
    kept = KeptFilesField(required=False)

    def new_reply(self) -> NewReply:
        """The valid form as the action takes it. A form without `copies` keeps the ticket's."""
        data = self.cleaned_data
        return NewReply(
            body=data["body"],
            files=data["files"],
            set_status=data["set_status"],
            seen=data["seen"],
            copies=split_addresses(data["copies"]) if "copies" in self.data else None,
            send_at=data["send_at"],
            kept=data["kept"],
        )


class NoteComposer(NoteForm):
    """An internal note with the files that waited in its draft."""

    kept = KeptFilesField(required=False)


class DraftForm(forms.Form):
    """What a page saves while somebody types. version: of the draft the page knows."""

    kind = forms.ChoiceField(choices=[("reply", "reply"), ("note", "note")])
    body = forms.CharField(required=False, strip=False)
    copies = forms.CharField(required=False, max_length=2000)
    set_status = forms.CharField(required=False, max_length=12)
    seen = forms.IntegerField(required=False, min_value=0, max_value=LARGEST_KEY)
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1)

    def typed(self) -> Typed:
        data = self.cleaned_data
        return Typed(data["body"], data["copies"], data["set_status"], data["seen"] or 0)


def newest_message(ticket: Ticket) -> int:
    """Key of the newest public word, being sent or not; 0 without any."""
    rows = ticket.messages.filter(kind__in=[MessageKind.REPLY, MessageKind.OUT])
    return rows.aggregate(newest=Max("pk"))["newest"] or 0


def composer(ticket: Ticket, user: Any) -> dict[str, Any]:
    """What the page needs for its composer, and the replies that are on their way."""
    drafts = {
        draft.kind: draft
        for draft in Draft.objects.filter(ticket=ticket, user=user).prefetch_related(
            "files__stored"
        )
    }
    copies = ", ".join(copy.email for copy in ticket.copies.all())
    newest = newest_message(ticket)
    start: dict[str, Any] = {"copies": copies, "seen": newest}
    reply, note = drafts.get("reply"), drafts.get("note")
    if reply:
        start = {
            "body": reply.body,
            "copies": reply.copies,
            "set_status": reply.set_status,
            "seen": reply.seen,
        }
    return {
        "reply_form": ReplyComposer(ticket=ticket, initial=start),
        "note_form": NoteComposer(initial={"body": note.body if note else ""}),
        "drafts": drafts,
        "newest": newest,
        "now": timezone.now(),
        "sending": list(
            ticket.messages.filter(kind=MessageKind.OUT)
            .select_related("outgoing")
            .prefetch_related("files__stored")
            .order_by("outgoing__release_at", "pk")[:MOST_SHOWN]
        ),
    }


@transaction.atomic
def keep_stale(form: ReplyComposer, stale: StaleReply, ticket: Ticket, user: Any) -> list[Message]:
    """Keep a refused reply as the draft, files too; returns what its author has to read first.

    From now on the draft counts those words as read: the page shows them.
    """
    data = form.cleaned_data
    typed = Typed(data["body"], data["copies"], data["set_status"], newest_message(ticket))
    draft = save_draft(ticket, MessageKind.REPLY, typed, user=user)
    if draft is not None:
        keep_files(draft, data["files"], actor=user)
    return list(ticket.messages.filter(pk__in=stale.newer).order_by("pk"))
