"""Pages of notifications: everybody's bell and news, and the outbox of the leaders."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from accounts.actions import set_news
from accounts.frames import shell_of
from core.decorators import for_everyone
from core.errors import RuleError
from core.http import add_rule_error, is_partial
from core.keyset import KeysetPage, capped_count
from core.models import EventRecord
from core.pages import Column, ListPage, Page, count_words
from core.permissions import require
from core.text import is_key
from core.twilio import is_from_twilio
from notifications.actions import (
    add_push_device,
    cancel_notification,
    mark_read,
    note_sms_status,
    remove_push_device,
    resend_notification,
    set_rule,
)
from notifications.audiences import sms_is_configured
from notifications.deliveries import blocked_of, states_of
from notifications.filters import OutboxFilter
from notifications.forms import NewsForm, PushDeviceForm, RuleForm
from notifications.health import COUNTED as WAITING_COUNTED
from notifications.health import oldest_of, sent_in_minute, waiting
from notifications.lines import areas, line_of
from notifications.models import Breaker, Medium, Notification
from notifications.permissions import (
    can_cancel,
    can_edit_rules,
    can_read_text,
    can_resend,
    can_see_outbox,
    can_see_rules,
)
from notifications.tracking import door_of_provider
from notifications.transport.push import public_key
from tickets.models import Ticket

LATEST = 10
COUNTED = 100  # beyond it the bell says "99+"
RESEND_AT_ONCE = 500
MOST_WAITING = WAITING_COUNTED - 1


@for_everyone
def bell(request: HttpRequest) -> HttpResponse:
    """Inside of the bell: how many are unread, and the latest lines."""
    mine = Notification.objects.visible_to(request.user)
    unread = mine.unread()[:COUNTED].count()
    lines = list(mine[:LATEST])
    newest = lines[0].pk if lines else 0
    context = {"unread": unread, "many": unread >= COUNTED, "lines": lines, "newest": newest}
    return render(request, "notifications/bell.html", context)


@for_everyone
def index(request: HttpRequest) -> HttpResponse:
    """All my news, newest first."""
    mine = Notification.objects.visible_to(request.user).select_related("event")
    page = Page(mine, number=request.GET.get("page", "1"))
    base = "base_portal.html" if request.user.is_customer else "base.html"
    context = {"page": page, "base": base, "any_unread": mine.unread().exists()}
    return render(request, "notifications/index.html", context)


@for_everyone
@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a line as read and open what it is about."""
    line = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    mark_read(request.user, pk=line.pk)
    safe = url_has_allowed_host_and_scheme(line.url, allowed_hosts=None)
    return redirect(line.url if line.url and safe else reverse("notifications:index"))


@for_everyone
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all my news as read."""
    mark_read(request.user)
    return redirect("notifications:index")


@for_everyone
def preferences(request: HttpRequest) -> HttpResponse:
    """What I hear of, by what, and when."""
    form = NewsForm(request.POST or None, user=request.user)
    context = {
        "form": form,
        "shell": shell_of(request),
        "here": "preferences",
        "devices": request.user.push_devices.all(),
        "push_key": public_key(),
    }
    if request.method != "POST":
        return render(request, "notifications/preferences.html", context)
    if "suggested" in request.POST:
        choices: dict[str, list[str] | None] = dict.fromkeys(form.suggested)
        set_news(request.user, choices, {}, actor=request.user)
        messages.success(request, _("You hear of everything as the desk suggests."))
        return redirect("notifications:preferences")
    if form.is_valid():
        try:
            set_news(request.user, form.choices(), form.times(), actor=request.user)
        except RuleError as error:
            add_rule_error(form, error)
        else:
            messages.success(request, _("Preferences saved."))
            return redirect("notifications:preferences")
    return render(request, "notifications/preferences.html", context, status=422)


@for_everyone
@require_POST
def push_add(request: HttpRequest) -> HttpResponse:
    """This browser may be woken."""
    form = PushDeviceForm(request.POST)
    if not form.is_valid():
        return HttpResponse(_("The browser's answer was not understood."), status=422)
    try:
        add_push_device(request.user, **form.cleaned_data)
    except RuleError as error:
        return HttpResponse(str(error.message), status=422, content_type="text/plain")
    return HttpResponse(status=204)


@for_everyone
@require_POST
def push_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """A browser of mine is not woken any more."""
    if not remove_push_device(request.user, pk=pk):
        raise Http404
    messages.success(request, _("No more push messages there."))
    return redirect("notifications:preferences")


@login_not_required
@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """At the root, for a worker serves no page above its own folder."""
    text = (settings.BASE_DIR / "static" / "js" / "sw.js").read_text(encoding="utf-8")
    answer = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


def rules(request: HttpRequest) -> HttpResponse:
    """Who is told of what, by which channels."""
    require(can_see_rules(request.user))
    history = EventRecord.objects.filter(subject_type="notifications.rule").order_by("-pk")
    context = {
        "areas": areas(),
        "may_edit": can_edit_rules(request.user),
        "history": history[:LATEST],
    }
    return render(request, "notifications/rules.html", context)


@require_POST
def rule_set(request: HttpRequest) -> HttpResponse:
    """Change one rule; htmx gets its line anew, a form without it the page."""
    require(can_edit_rules(request.user))
    form = RuleForm(request.POST)
    if not form.is_valid():
        raise Http404
    event, audience = form.cleaned_data["event"], form.cleaned_data["audience"]
    error = ""
    try:
        set_rule(event, audience, form.wish(), actor=request.user)
    except RuleError as refused:
        error = str(refused.message)
    line = line_of(event, audience)
    if line is None:
        raise Http404
    status = 422 if error else 200
    if is_partial(request) or error:
        context = {"line": line, "may_edit": True, "error": error}
        return render(request, "notifications/_rule.html", context, status=status)
    return redirect(f"{reverse('notifications:rules')}#{line.anchor}")


class Outbox(ListPage):
    """Every e-mail and SMS with what became of it."""

    model, filterset, template = Notification, OutboxFilter, "notifications/outbox.html"
    sort = "-created"
    columns = [
        Column("created", gettext_lazy("Written"), "id", export="created_at"),
        Column("recipient_name", gettext_lazy("To"), None, export="recipient_name"),
        Column("address", gettext_lazy("Address"), None, css="visually-hidden", export="address"),
        Column("channel", gettext_lazy("Channel"), None, export="channel"),
        Column("subject", gettext_lazy("About"), None, export="subject"),
        Column("state", gettext_lazy("State"), None, export="state"),
        Column("attempts", gettext_lazy("Attempts"), None, css="num", export="attempts"),
        Column("last_error", gettext_lazy("The provider says"), None, export="last_error"),
        Column("delivery", gettext_lazy("Report"), None, css="visually-hidden", export="delivery"),
        Column("sent", gettext_lazy("Sent"), None, css="visually-hidden", export="sent_at"),
    ]

    def rows(self) -> QuerySet:
        require(can_see_outbox(self.request.user))
        return Notification.objects.outbox_for(self.request.user).select_related("event")

    def page_of(self, found: QuerySet, *, number: str, size: int) -> KeysetPage:
        order = "-id" if self.order.startswith("-") else "id"
        return KeysetPage(
            found, order=order, after=number, size=size, count=lambda: capped_count(found)
        )

    def context(self) -> dict[str, Any]:
        return {
            "last_query": self._query(page="last"),
            "troubled": Notification.objects.troubled()[:COUNTED].count(),
            "no_email": not settings.EMAIL_CONFIGURED,
            "no_sms": not sms_is_configured(),
            "stopped": Breaker.objects.filter(opened_at__isnull=False),
            "flows": [_flow(channel) for channel in (Medium.EMAIL, Medium.SMS)],
        }


def _flow(channel: Medium) -> dict[str, Any]:
    """How it goes by one channel."""
    return {
        "name": channel.label,
        "waiting": count_words(waiting(channel), MOST_WAITING),
        "sent": sent_in_minute(channel),
        "oldest_minutes": oldest_of(channel) // 60,
    }


def outbox_count(request: HttpRequest) -> HttpResponse:
    """Number beside the menu entry: messages that need a person."""
    require(can_see_outbox(request.user))
    count = Notification.objects.troubled()[:COUNTED].count()
    return HttpResponse("99+" if count >= COUNTED else str(count or ""))


def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message: its state, its reason, and its text unless that is a key."""
    require(can_see_outbox(request.user))
    row = get_object_or_404(Notification.objects.outbox_for(request.user), pk=pk)
    context = {
        "message_row": row,
        "may_read": can_read_text(request.user, row),
        "may_resend": row.may_be_resent and can_resend(request.user, row),
        "may_cancel": row.may_be_cancelled and can_cancel(request.user, row),
    }
    return render(request, "notifications/message.html", context)


@csrf_exempt
@login_not_required
def tracking(request: HttpRequest) -> HttpResponseBase:
    """The provider says what became of our mail; it brings the secret we agreed on."""
    answer: HttpResponseBase = door_of_provider()(request)
    return answer


@require_GET
def of_ticket(request: HttpRequest, pk: int) -> HttpResponse:
    """For the ticket page: what became of each reply, and at which addresses mail came back."""
    rows = Ticket.objects.visible_to(request.user).select_related("customer", "requester")
    ticket = get_object_or_404(rows, pk=pk)
    typed = request.GET.get("messages", "").split(",")[:COUNTED]
    context = {
        "states": states_of(ticket, [int(key) for key in typed if is_key(key)]),
        "blocked": blocked_of(ticket),
        "may_see_outbox": can_see_outbox(request.user),
    }
    return render(request, "notifications/of_ticket.html", context)


@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one message again."""
    require(can_see_outbox(request.user))
    row = get_object_or_404(Notification.objects.outbox_for(request.user), pk=pk)
    require(can_resend(request.user, row))
    try:
        resend_notification(row, actor=request.user)
    except RuleError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("It is being sent again."))
    return redirect("notifications:outbox")


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Never send one message."""
    require(can_see_outbox(request.user))
    row = get_object_or_404(Notification.objects.outbox_for(request.user), pk=pk)
    require(can_cancel(request.user, row))
    try:
        cancel_notification(row, actor=request.user)
    except RuleError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("It will not be sent."))
    return redirect("notifications:message", row.pk)


@require_POST
def resend_many(request: HttpRequest) -> HttpResponse:
    """Send the chosen messages again; those that cannot be are left as they are."""
    require(can_see_outbox(request.user))
    chosen = [pk for pk in request.POST.getlist("pk")[:RESEND_AT_ONCE] if pk.isdecimal()]
    rows = Notification.objects.outbox_for(request.user).filter(pk__in=chosen)
    count = 0
    for row in rows:
        if row.may_be_resent and can_resend(request.user, row):
            resend_notification(row, actor=request.user)
            count += 1
    words = ngettext("%d message is being sent again.", "%d messages are being sent again.", count)
    messages.success(request, words % count)
    return redirect("notifications:outbox")


@csrf_exempt
@login_not_required
@require_POST
def sms_status(request: HttpRequest, pk: int) -> HttpResponse:
    """Twilio reports what became of an SMS. It signs the address, so the key in it is ours."""
    require(is_from_twilio(request))
    said = request.POST
    code = said.get("ErrorCode", "")
    note_sms_status(
        pk,
        sid=said.get("MessageSid", "")[:200],
        status=said.get("MessageStatus", ""),
        code=int(code) if is_key(code) else 0,
    )
    return HttpResponse(status=204)
