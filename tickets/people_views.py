"""Who else hears of a ticket: the panel of the rail, Cc and followers."""

from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from core.errors import RuleError
from core.http import add_rule_error, is_partial
from core.permissions import require
from tickets import actions, permissions
from tickets.actions.people import split_addresses
from tickets.models import Ticket

MOST_SHOWN = 50


class CopiesForm(forms.Form):
    """The customer's people who get copies, as typed."""

    copies = forms.CharField(
        label=_("Cc"),
        required=False,
        max_length=2000,
        help_text=_("E-mail addresses, with commas between them. They get every public reply."),
    )


class FollowerForm(forms.Form):
    """A colleague; nobody named means oneself."""

    user = forms.ModelChoiceField(
        User.objects.active().staff_members().order_by("name"),
        label=_("Colleague"),
        required=False,
        empty_label=_("Choose a colleague"),
    )


def _ticket(request: HttpRequest, pk: int) -> Ticket:
    rows = Ticket.objects.visible_to(request.user).select_related("customer", "requester")
    return get_object_or_404(rows, pk=pk)


def _panel(request: HttpRequest, ticket: Ticket, *, status: int = 200, **more: Any) -> HttpResponse:
    followers = list(ticket.followers.select_related("user")[:MOST_SHOWN])
    copies = list(ticket.copies.select_related("contact")[:MOST_SHOWN])
    context = {
        "ticket": ticket,
        "copies": copies,
        "proposed": list(ticket.proposed_copies.filter(left_out_at=None)[:MOST_SHOWN]),
        "followers": followers,
        "follows": any(row.user_id == request.user.pk for row in followers),
        "copies_form": CopiesForm(initial={"copies": ", ".join(row.email for row in copies)}),
        "follower_form": FollowerForm(),
        "may_change": permissions.can_reply(request.user, ticket),
    }
    return render(request, "tickets/_people.html", context | more, status=status)


def _done(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    return _panel(request, ticket) if is_partial(request) else redirect(ticket)


@require_GET
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """Copies and followers, for the rail."""
    return _panel(request, _ticket(request, pk))


@require_POST
def copies(request: HttpRequest, pk: int) -> HttpResponse:
    """Say who gets copies."""
    ticket = _ticket(request, pk)
    require(permissions.can_reply(request.user, ticket))
    form = CopiesForm(request.POST)
    if form.is_valid():
        try:
            actions.set_copies(
                ticket, split_addresses(form.cleaned_data["copies"]), actor=request.user
            )
        except RuleError as error:
            add_rule_error(form, error)
        else:
            return _done(request, ticket)
    return _panel(request, ticket, status=422, copies_form=form)


@require_POST
def decide_copy(request: HttpRequest, pk: int, proposed_pk: int) -> HttpResponse:
    """Let somebody who was proposed get copies, or leave them out."""
    ticket = _ticket(request, pk)
    require(permissions.can_reply(request.user, ticket))
    answer = request.POST.get("answer", "")
    if answer not in ("accept", "leave_out"):
        raise BadRequest("answer must be accept or leave_out")
    # A colleague may have decided meanwhile: then the panel shows it.
    proposed = ticket.proposed_copies.filter(pk=proposed_pk).first()
    try:
        if proposed is not None and answer == "accept":
            actions.accept_copy(proposed, actor=request.user)
        elif proposed is not None:
            actions.leave_out_copy(proposed, actor=request.user)
    except RuleError as error:
        form = CopiesForm({"copies": ", ".join(row.email for row in ticket.copies.all())})
        add_rule_error(form, error)
        return _panel(request, ticket, status=422, copies_form=form)
    return _done(request, ticket)


def _chosen(request: HttpRequest) -> tuple[User, FollowerForm]:
    form = FollowerForm(request.POST)
    if not form.is_valid():
        raise BadRequest("no such colleague")
    return form.cleaned_data["user"] or request.user, form


@require_POST
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow, or let a colleague follow."""
    ticket = _ticket(request, pk)
    chosen, form = _chosen(request)
    require(permissions.can_follow(request.user, ticket))
    if chosen != request.user:
        require(permissions.can_reply(request.user, ticket))
    try:
        actions.add_follower(ticket, chosen, actor=request.user)
    except RuleError as error:
        add_rule_error(form, error)
        return _panel(request, ticket, status=422, follower_form=form)
    return _done(request, ticket)


@require_POST
def unfollow(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow no longer."""
    ticket = _ticket(request, pk)
    chosen, _form = _chosen(request)
    if chosen != request.user:
        require(permissions.can_reply(request.user, ticket))
    actions.remove_follower(ticket, chosen, actor=request.user)
    return _done(request, ticket)
