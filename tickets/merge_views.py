"""Merging tickets: one page that shows what moves and asks, and the way back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import RuleError
from core.http import add_rule_error
from core.permissions import require
from core.text import is_key
from customers.models import Contact
from tickets import actions, permissions
from tickets.models import Ticket

MOST = 20  # tickets of one matter; more is a mistake of the hand
CONTACTS = 200


class MergeForm(forms.Form):
    """Who the ticket is about from now on, and whether words may go to another customer."""

    requester = forms.ModelChoiceField(
        queryset=Contact.objects.none(), required=False, label=gettext_lazy("Requester")
    )
    across = forms.BooleanField(
        required=False,
        label=gettext_lazy("I know that another customer's people will read these words"),
    )

    def __init__(self, *args: Any, into: Ticket, is_across: bool, **kwargs: Any) -> None:
        super().__init__(*args, initial={"requester": into.requester_id}, **kwargs)
        shown = into.customer.contacts.order_by("name", "pk").values("pk")[:CONTACTS]
        people = Contact.objects.filter(Q(pk__in=shown) | Q(pk=into.requester_id))
        self.fields["requester"].queryset = people.order_by("name")  # type: ignore[attr-defined]
        if not is_across:
            del self.fields["across"]


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest) -> HttpResponse:
    """What would move where; with `confirm` in a POST it happens. All or none."""
    require(request.user.is_desk)  # type: ignore[union-attr]
    data = request.POST if request.method == "POST" else request.GET
    tickets = _chosen(request, data)
    added, unknown = _added(request, data.get("add", ""))
    if added and added not in tickets:
        tickets.append(added)
    into = _into(data, tickets)
    sources = [ticket for ticket in tickets if ticket.pk != into.pk]
    is_across = any(ticket.customer_id != into.customer_id for ticket in sources)
    is_asked = request.method == "POST" and "confirm" in data and bool(sources)
    form = MergeForm(data if is_asked else None, into=into, is_across=is_across)
    if is_asked and form.is_valid() and _merge(request, form, sources, into):
        return redirect(into)
    context = {
        "tickets": tickets,
        "into": into,
        "sources": sources,
        "form": form,
        "is_across": is_across,
        "unknown": unknown,
        "has_room": len(tickets) < MOST,
    }
    return render(request, "tickets/merge.html", context, status=422 if is_asked else 200)


def _merge(request: HttpRequest, form: MergeForm, sources: list[Ticket], into: Ticket) -> bool:
    """Whether it happened; else the form says why not."""
    data = form.cleaned_data
    try:
        actions.merge_many(
            sources,
            into,
            requester=data["requester"],
            actor=request.user,
            across=data.get("across", False),
        )
    except RuleError as error:
        add_rule_error(form, error)
        return False
    words = ngettext(
        "%(count)s ticket is merged into %(number)s.",
        "%(count)s tickets are merged into %(number)s.",
        len(sources),
    )
    messages.success(request, words % {"count": len(sources), "number": into.reference})
    return True


def _chosen(request: HttpRequest, data: QueryDict) -> list[Ticket]:
    """The tickets of the selection, in its order; 404 when one is not there."""
    keys = list(dict.fromkeys(data.getlist("tickets")))
    if not all(is_key(key) for key in keys):
        raise BadRequest("tickets must be numbers")
    if len(keys) > MOST:
        raise BadRequest(f"no more than {MOST} tickets at once")
    found = _shown(request).in_bulk([int(key) for key in keys])
    if not keys or len(found) != len(keys):
        raise Http404
    return [found[int(key)] for key in keys]


def _shown(request: HttpRequest) -> Any:
    """Tickets with how much there is to move."""
    rows = Ticket.objects.visible_to(request.user).select_related("customer", "requester")
    return rows.annotate(
        reply_count=Count("messages", filter=Q(messages__kind="reply"), distinct=True),
        note_count=Count("messages", filter=Q(messages__kind="note"), distinct=True),
        file_count=Count("files", distinct=True),
    )


def _added(request: HttpRequest, number: str) -> tuple[Ticket | None, str]:
    """(the ticket somebody typed the number of, or None; what was typed and is no ticket)."""
    digits = number.strip().upper().removeprefix("SD-")
    if not number.strip():
        return None, ""
    found = None
    if is_key(digits):
        found = _shown(request).filter(pk=int(digits)).first()
    return found, "" if found else number[:40]


def _into(data: QueryDict, tickets: list[Ticket]) -> Ticket:
    """The one that stays: as chosen, else the oldest that can take new words."""
    chosen = data.get("into", "")
    for ticket in tickets:
        if str(ticket.pk) == chosen:
            return ticket
    if chosen:
        raise BadRequest("into must be one of the tickets")
    return min(tickets, key=lambda ticket: (ticket.status == "closed", ticket.opened_at, ticket.pk))


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Part a merged ticket from the other again."""
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user), pk=pk)
    require(permissions.can_undo_merge(request.user, ticket))
    actions.undo_merge(ticket, actor=request.user)
    messages.success(request, _("%(number)s is as it was before.") % {"number": ticket.reference})
    return redirect(ticket)
