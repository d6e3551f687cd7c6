"""Doors of the composer: saving a draft, taking a reply back, sending one that was held."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import RuleError
from core.permissions import require
from core.text import is_key
from tickets import actions, permissions
from tickets.actions.merging import final_target
from tickets.actions.people import may_follow
from tickets.composer import DraftForm
from tickets.errors import DraftElsewhere, NotYourReply
from tickets.models import Message, Ticket


@require_POST
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what is typed. JSON: {version, words}; 409 with {theirs, version, words}."""
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user), pk=pk)
    form = DraftForm(request.POST)
    if not form.is_valid():
        raise BadRequest("draft: kind and version are needed")
    data = form.cleaned_data
    require(getattr(permissions, f"can_{data['kind']}")(request.user, ticket))
    try:
        kept = actions.save_draft(
            ticket, data["kind"], form.typed(), user=request.user, version=data["version"]
        )
    except DraftElsewhere as error:
        found = {"theirs": error.theirs, "version": error.version, "words": str(error.message)}
        return JsonResponse(found, status=error.status)
    except RuleError as error:
        return JsonResponse({"words": str(error.message)}, status=error.status)
    if kept is None:
        return JsonResponse({"version": 0, "words": ""})
    time = f"{timezone.localtime(kept.updated_at):%H:%M}"
    return JsonResponse({
        "version": kept.version, "words": _("Draft saved %(time)s") % {"time": time},
    })  # fmt: skip


def _reply_of(request: HttpRequest, pk: int, message: int) -> tuple[Ticket, Message | None]:
    """The ticket, and the reply on it; none when it was taken back or merged away meanwhile."""
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user), pk=pk)
    require(permissions.can_reply(request.user, ticket))
    return ticket, ticket.messages.filter(outgoing__isnull=False, pk=message).first()


def _gone(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """A second press, or an old page: no error, for the text is in the composer."""
    messages.info(request, _("This reply is not on its way any more."))
    end = final_target(ticket, same_customer=True)
    return redirect(end if may_follow(request.user, end) else ticket)


@require_POST
def undo(request: HttpRequest, pk: int, message: int) -> HttpResponse:
    """Take one's own reply back into the composer."""
    ticket, found = _reply_of(request, pk, message)
    if found is None:
        return _gone(request, ticket)
    try:
        actions.undo_reply(found, actor=request.user)
    except NotYourReply:
        require(False)
    except RuleError as error:
        messages.warning(request, str(error.message))
    return redirect("tickets:detail", pk=pk)


@require_POST
def send(request: HttpRequest, pk: int, message: int) -> HttpResponse:
    """Send a held reply all the same."""
    ticket, found = _reply_of(request, pk, message)
    if found is None:
        return _gone(request, ticket)
    seen = request.POST.get("seen", "")
    if not is_key(seen):
        raise BadRequest("seen must be the key of a message")
    try:
        actions.send_held(found, seen=int(seen), actor=request.user)
    except NotYourReply:
        require(False)
    except RuleError as error:
        messages.warning(request, str(error.message))
    return redirect("tickets:detail", pk=pk)
