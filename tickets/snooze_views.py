"""The doors of snoozing."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import RuleError
from core.http import add_rule_error
from core.permissions import require
from core.submissions import made_before, once
from core.templatetags.ui import day_heading
from tickets import permissions
from tickets.actions.snoozing import snooze_ticket, wake_ticket
from tickets.models import Ticket
from tickets.snooze_choices import CHOICES
from tickets.snooze_forms import SnoozeForm


def snooze(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the ticket out of sight until a moment."""
    rows = Ticket.objects.visible_to(request.user).select_related("customer")
    ticket = get_object_or_404(rows, pk=pk)
    if made_before(request) is not None:
        return redirect(ticket)
    require(permissions.can_snooze(request.user, ticket))
    form = SnoozeForm(request.POST or None, ticket=ticket)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            snoozed, _is_new = once(
                form.submission,
                lambda: snooze_ticket(
                    ticket, data["until"], status=data["status"], opens=data["opens"],
                    actor=request.user,
                ),
                actor=request.user,
            )  # fmt: skip
        except RuleError as error:
            add_rule_error(form, error)
        else:
            words = {"ticket": snoozed.reference, "day": day_heading(data["until"])}
            messages.success(request, _("%(ticket)s is snoozed until %(day)s.") % words)
            return redirect(ticket)
    status = 422 if request.method == "POST" else 200
    context = {"ticket": ticket, "form": form, "choices": CHOICES}
    return render(request, "tickets/snooze.html", context, status=status)


@require_POST
def wake(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it up again now."""
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user), pk=pk)
    require(permissions.can_snooze(request.user, ticket))
    wake_ticket(ticket, actor=request.user)
    messages.success(request, _("%(ticket)s is awake.") % {"ticket": ticket.reference})
    return redirect(ticket)
