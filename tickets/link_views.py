"""The card of linked tickets in the rail, and splitting a message off."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import RuleError
from core.http import add_rule_error, is_partial
from core.permissions import require
from core.submissions import OnceForm, once
from tickets import permissions
from tickets.actions.links import add_link, remove_link
from tickets.actions.splitting import split_ticket
from tickets.links import ROLES, links_of
from tickets.models import Message, MessageKind, Ticket, TicketLink
from tickets.search_words import parse


class LinkForm(forms.Form):
    """Another ticket by its number, and what it is to this one."""

    number = forms.CharField(
        label=gettext_lazy("Number of the other ticket"),
        max_length=20,
        error_messages={"required": gettext_lazy("Give the number of a ticket.")},
    )
    role = forms.ChoiceField(
        label=gettext_lazy("It is"), choices=[(key, role.label) for key, role in ROLES.items()]
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="link_%s", **kwargs)
        self.user = user

    def clean_number(self) -> Ticket:
        """The ticket, if the person may see it: one of others is as if it were not there."""
        number = parse(self.cleaned_data["number"].strip()).number
        found = Ticket.objects.visible_to(self.user).filter(pk=number).first() if number else None
        if found is None:
            raise forms.ValidationError(_("There is no such ticket."))
        return found


class SplitForm(OnceForm):
    """The new ticket's subject, and how much of the conversation goes along."""

    subject = forms.CharField(
        label=gettext_lazy("Subject of the new ticket"),
        max_length=200,
        error_messages={"required": gettext_lazy("Say in a few words what it is about.")},
    )
    rest = forms.ChoiceField(
        label=gettext_lazy("What becomes of what was said after it?"),
        choices=[
            ("stays", gettext_lazy("It stays here")),
            ("moves", gettext_lazy("It moves to the new ticket")),
        ],
        widget=forms.RadioSelect,
        initial="stays",
    )


def ticket_of(request: HttpRequest, pk: int) -> Ticket:
    """The ticket of the address, if the reader may see it."""
    rows = Ticket.objects.visible_to(request.user).select_related("customer", "requester")
    return get_object_or_404(rows, pk=pk)


def _card(
    request: HttpRequest, ticket: Ticket, *, status: int = 200, form: LinkForm | None = None
) -> HttpResponse:
    links = links_of(ticket, request.user)
    incidents = [linked.other for linked in links if linked.is_open_incident]
    context = {
        "ticket": ticket,
        "links": links,
        "open_incidents": len(incidents),
        "open_children": sum(linked.is_open_child for linked in links),
        "may_answer": permissions.can_answer_incidents(request.user, ticket, incidents),
        "may_link": permissions.can_link(request.user, ticket),
        "form": form or LinkForm(user=request.user),
    }
    return render(request, "tickets/_links.html", context, status=status)


@require_GET
def links(request: HttpRequest, pk: int) -> HttpResponse:
    """What belongs to this ticket, as far as the reader may see it."""
    ticket = ticket_of(request, pk)
    require(request.user.is_staff_member)  # type: ignore[union-attr]
    return _card(request, ticket)


@require_POST
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Link another ticket."""
    ticket = ticket_of(request, pk)
    require(permissions.can_link(request.user, ticket))
    form = LinkForm(request.POST, user=request.user)
    if form.is_valid():
        data = form.cleaned_data
        try:
            add_link(ticket, data["number"], data["role"], actor=request.user)
        except RuleError as error:
            add_rule_error(form, error)
        else:
            return _card(request, ticket) if is_partial(request) else redirect(ticket)
    return _card(request, ticket, status=422, form=form)


@require_POST
def unlink(request: HttpRequest, pk: int, link_pk: int) -> HttpResponse:
    """Take a link away; only one whose both ends the person may see."""
    ticket = ticket_of(request, pk)
    require(permissions.can_link(request.user, ticket))
    found = next(
        (one.link for one in links_of(ticket, request.user) if one.link.pk == link_pk), None
    )
    if found is not None:
        stored = TicketLink.objects.select_related("source", "target").get(pk=found.pk)
        remove_link(stored, actor=request.user)
    return _card(request, ticket) if is_partial(request) else redirect(ticket)


@require_http_methods(["GET", "HEAD", "POST"])
def split(request: HttpRequest, pk: int, message_pk: int) -> HttpResponse:
    """Make a ticket of one message, or of it and all after it."""
    ticket = ticket_of(request, pk)
    require(permissions.can_split(request.user, ticket))
    rows = ticket.messages.filter(kind=MessageKind.REPLY)  # a report is no place for a note
    message: Message = get_object_or_404(rows, pk=message_pk)
    form = SplitForm(request.POST or None, initial={"subject": ticket.subject})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made, _is_new = once(
                form.submission,
                lambda: split_ticket(
                    message, data["subject"], with_rest=data["rest"] == "moves", actor=request.user
                ),
                actor=request.user,
            )
        except RuleError as error:
            add_rule_error(form, error)
        else:
            messages.success(
                request, _("%(number)s was made of this message.") % {"number": made.reference}
            )
            return redirect(made)
    context = {"ticket": ticket, "message": message, "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "tickets/split.html", context, status=status)
