"""What the composer of the ticket page shows and takes: text, recipients, draft, time."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.text import is_key
from tickets.actions import NewReply, Typed, save_draft
from tickets.actions.drafts import add_to_draft, keep_files
from tickets.actions.merging import final_target
from tickets.actions.people import split_addresses
from tickets.around import Known, what_is_known
from tickets.errors import StaleReply
from tickets.forms import NoteForm, ReplyForm
from tickets.models import Draft, Message, MessageKind, Ticket
from tickets.moved_words import may_write
from tickets.permissions import can_reply

MOST_SHOWN = 20
LARGEST_KEY = 2**63 - 1


class KeptFilesField(forms.Field):
    """Keys of the draft's files that go along."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[int]:
        typed = value or []
        if len(typed) > 100 or not all(is_key(str(key)) for key in typed):
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
    """Key of the newest message, note or not, being sent or not; 0 without any."""
    return what_is_known(ticket).newest


def replies_on_their_way(ticket: Ticket) -> list[Message]:
    """What is being sent, or was held; without files."""
    rows = ticket.messages.filter(kind=MessageKind.OUT).select_related("outgoing", "author")
    return list(rows.order_by("outgoing__release_at", "pk")[:MOST_SHOWN])


def composer(ticket: Ticket, user: Any, known: Known) -> dict[str, Any]:
    """What the page needs for its composer."""
    drafts = {
        draft.kind: draft
        for draft in Draft.objects.filter(ticket=ticket, user=user).prefetch_related(
            "files__stored"
        )
    }
    start: dict[str, Any] = {"copies": ", ".join(known.copies), "seen": known.newest}
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
        "newest": known.newest,
    }


def keep_for_target(form: ReplyComposer, ticket: Ticket, user: Any) -> Ticket | None:
    """Keep a reply from an old page of a merged ticket as the draft on the other one.

    Its author has not read that thread. None when the ticket was not merged, or into one of
    another customer, for whom the words were not meant, or one the author does not answer.
    """
    target = final_target(ticket, same_customer=True)
    if target.pk == ticket.pk or not may_write(target, user, can_reply):
        return None
    with transaction.atomic():
        draft = add_to_draft(target, form.cleaned_data["body"], user=user)
        keep_files(draft, form.cleaned_data["files"], actor=user)
    return target


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
