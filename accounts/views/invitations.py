"""Inviting colleagues, and their way in."""

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts import actions
from accounts.actions.invitations import find_invitation, note_dead_link
from accounts.errors import InvitationNotOpen
from accounts.forms.people import AcceptForm, InviteForm
from accounts.models import Invitation
from accounts.permissions import can_manage_people
from accounts.roles import Role
from core.errors import RuleError
from core.http import add_rule_error
from core.permissions import require

SHOWN = 200
BACKEND = "accounts.backends.Backend"


def invite(request: HttpRequest) -> HttpResponse:
    """Write an invitation."""
    require(can_manage_people(request.user))
    form = InviteForm(request.POST or None)
    if request.method != "POST":
        return render(request, "accounts/invite.html", {"form": form})
    if form.is_valid():
        try:
            invitation = actions.invite_staff(**form.cleaned_data, actor=request.user)
        except RuleError as error:
            add_rule_error(form, error)
        else:
            messages.success(request, _("%(email)s is invited.") % {"email": invitation.email})
            return redirect("accounts:invitations")
    return render(request, "accounts/invite.html", {"form": form}, status=422)


def invitations(request: HttpRequest) -> HttpResponse:
    """Open invitations, then the latest that were used, revoked or ran out."""
    require(can_manage_people(request.user))
    rows = Invitation.objects.visible_to(request.user).select_related("invited_by")
    rows = sorted(rows.order_by("-id")[:SHOWN], key=lambda row: row.state() != "open")
    return render(request, "accounts/invitations.html", {"invitations": rows})


def _found(request: HttpRequest, pk: int) -> Invitation:
    require(can_manage_people(request.user))
    return get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Kill the link of an invitation."""
    try:
        actions.revoke_invitation(_found(request, pk), actor=request.user)
    except RuleError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The invitation is revoked. Its link no longer works."))
    return redirect("accounts:invitations")


@require_POST
def reinvite(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a fresh link; the earlier one dies."""
    old = _found(request, pk)
    try:
        actions.invite_staff(email=old.email, name=old.name, role=old.role, actor=request.user)
    except RuleError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("A new link is on its way to %(to)s.") % {"to": old.email})
    return redirect("accounts:invitations")


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The invited colleague's form. Looking changes nothing (A15); a dead link is 410 (A08)."""
    try:
        invitation = find_invitation(token)
        form = AcceptForm(
            request.POST or None, email=invitation.email, initial={"name": invitation.name}
        )
        if request.method == "POST" and form.is_valid():
            user = actions.accept_invitation(token, **form.cleaned_data)
            login(request, user, backend=BACKEND)
            return redirect("core:home")
    except InvitationNotOpen:
        if request.method == "POST":
            note_dead_link(token)
        return render(request, "410.html", status=410)
    except RuleError as error:
        add_rule_error(form, error)
    context = {"form": form, "invitation": invitation, "role": Role(invitation.role).label}
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/accept_invitation.html", context, status=status)
