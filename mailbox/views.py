"""Pages of incoming mail: what came, what became of each and why, and putting it right."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from attachments.responses import FileGone
from core.errors import RuleError
from core.http import add_rule_error
from core.keyset import KeysetPage, capped_count
from core.pages import Column, ListPage
from core.permissions import require
from core.submissions import once
from core.text import is_key
from core.twilio import is_from_twilio
from mailbox import permissions
from mailbox.actions import move_mail, move_sms, run_again, run_sms_again, store_sms
from mailbox.filters import MailFilter, SmsFilter
from mailbox.forms import MoveForm
from mailbox.health import counts_of_day
from mailbox.media import MOST_FILES
from mailbox.models import Fate, ImapAccount, InboundMail, InboundSms
from mailbox.showing import as_document, folded_text, policy_of
from mailbox.trace import trace_of
from tickets.models import Ticket

MOST_MESSAGES = 100  # of one page of a conversation
COUNTED = 100  # beyond it the menu says "99+"


class Index(ListPage):
    """Every mail that came, the newest first."""

    model, filterset, template = InboundMail, MailFilter, "mailbox/index.html"
    sort = "-received"
    columns = [
        Column("subject", gettext_lazy("Subject"), None, export="subject"),
        Column("from", gettext_lazy("From"), None, export="from_email"),
        Column("fate", gettext_lazy("Fate"), None, export="fate"),
        Column("ticket", gettext_lazy("Ticket"), None, export="ticket_id"),
        Column("mailbox", gettext_lazy("Mailbox"), None, export="mailbox.name"),
        Column("received", gettext_lazy("Received"), "id", export="received_at"),
    ]

    @property
    def shown_columns(self) -> list[Column]:
        """The sender stands below the subject."""
        return [column for column in self.columns if column.key != "from"]

    def rows(self) -> QuerySet:
        require(permissions.can_see_mail(self.request.user))
        return super().rows().select_related("mailbox", "ticket").defer("steps")

    def page_of(self, found: QuerySet, *, number: str, size: int) -> KeysetPage:
        order = "-id" if self.order.startswith("-") else "id"
        return KeysetPage(
            found, order=order, after=number, size=size, count=lambda: capped_count(found)
        )

    def context(self) -> dict[str, Any]:
        return {
            "last_query": self._query(page="last"),
            "counts": counts_of_day(),
            "silent": ImapAccount.objects.silent().select_related("mailbox")[:10],
        }


def waiting_count(request: HttpRequest) -> HttpResponse:
    """Number beside the menu entry: mails in quarantine."""
    require(permissions.can_see_mail(request.user))
    count = InboundMail.objects.filter(fate=Fate.QUARANTINED)[:COUNTED].count()
    return HttpResponse("99+" if count >= COUNTED else str(count or ""))


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail: every step to its fate, its header, its words."""
    row = _mail(request, pk)
    return _page(request, row, MoveForm(user=request.user))


@require_GET
@xframe_options_sameorigin
def as_sent(request: HttpRequest, pk: int) -> HttpResponse:
    """The mail as it was sent, for a sandboxed frame; ?pictures lets those from elsewhere load.

    Its policy is its own: no script and nothing from elsewhere, also when it is opened alone.
    """
    row = _readable(request, pk)
    pictures = "pictures" in request.GET
    context = {"mail": row, "shown": as_document(row, with_pictures=pictures)}
    response = render(request, "mailbox/as_sent.html", context)
    response["Content-Security-Policy"] = policy_of(with_pictures=pictures)
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
def folded(request: HttpRequest, pk: int) -> HttpResponse:
    """History and signature of one mail, which its message leaves out."""
    text = folded_text(_readable(request, pk))
    return render(request, "mailbox/folded.html", {"text": text})


@require_GET
def of_ticket(request: HttpRequest, pk: int) -> HttpResponse:
    """For the ticket page: what each message that came as a mail offers beside its words."""
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user), pk=pk)
    typed = request.GET.get("messages", "").split(",")[:MOST_MESSAGES]
    keys = [int(key) for key in typed if is_key(key)]
    rows = InboundMail.objects.readable_by(request.user).on_page(ticket, keys).order_by("-pk")
    by_place = {row.message_id: row for row in rows.defer("steps")[: 2 * MOST_MESSAGES]}
    context = {
        "mails": by_place.values(),
        "may_trace": permissions.can_see_mail(request.user),
        "may_read_source": permissions.can_read_source(request.user),
    }
    return render(request, "mailbox/of_ticket.html", context)


def _readable(request: HttpRequest, pk: int) -> InboundMail:
    rows = InboundMail.objects.readable_by(request.user).select_related("mailbox")
    found: InboundMail = get_object_or_404(rows, pk=pk)
    return found


def source(request: HttpRequest, pk: int) -> FileResponse:
    """The bytes as they came, as a download that no browser runs."""
    row = _mail(request, pk)
    require(permissions.can_read_source(request.user))
    try:
        handle = row.raw.open("rb")
    except FileNotFoundError as error:
        raise FileGone from error
    response = FileResponse(
        handle, as_attachment=True, filename=f"mail-{row.pk}.eml", content_type="message/rfc822"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring it to the ticket it belongs to; later replies follow."""
    row = _mail(request, pk)
    require(permissions.can_move(request.user, row))
    form = MoveForm(request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    into = form.cleaned_data["number"]
    try:
        once(form.submission, lambda: move_mail(row, into, actor=request.user), actor=request.user)
    except RuleError as error:
        add_rule_error(form, error)
        return _page(request, row, form, status=422)
    messages.success(request, _("Moved. Later replies to it follow."))
    return redirect(row)


@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a mail of the quarantine once more."""
    row = _mail(request, pk)
    require(permissions.can_run_again(request.user, row))
    try:
        row = run_again(row, actor=request.user)
    except RuleError as error:
        messages.error(request, str(error.message))
    else:
        if row.fate == Fate.QUARANTINED:
            messages.warning(request, _("It stays in quarantine: %s") % row.reason)
        else:
            messages.success(request, _("Done: %s") % row.get_fate_display())
    return redirect(row)


def _mail(request: HttpRequest, pk: int) -> InboundMail:
    require(permissions.can_see_mail(request.user))
    rows = InboundMail.objects.visible_to(request.user).select_related("mailbox", "ticket")
    found: InboundMail = get_object_or_404(rows, pk=pk)
    return found


def _page(
    request: HttpRequest, row: InboundMail, form: MoveForm, status: int = 200
) -> HttpResponse:
    context = {
        "mail": row,
        "trace": trace_of(row),
        "form": form,
        "may_move": permissions.can_move(request.user, row),
        "may_run_again": row.fate == Fate.QUARANTINED
        and permissions.can_run_again(request.user, row),
        "may_read_source": permissions.can_read_source(request.user),
    }
    return render(request, "mailbox/detail.html", context, status=status)


class Sms(ListPage):
    """Every SMS that came, the newest first."""

    model, filterset, template = InboundSms, SmsFilter, "mailbox/sms.html"
    sort = "-received"
    columns = [
        Column("text", gettext_lazy("Text"), None, export="body"),
        Column("from", gettext_lazy("From"), None, export="from_phone"),
        Column("fate", gettext_lazy("Fate"), None, export="fate"),
        Column("ticket", gettext_lazy("Ticket"), None, export="ticket_id"),
        Column("received", gettext_lazy("Received"), "id", export="received_at"),
    ]

    @property
    def shown_columns(self) -> list[Column]:
        """The number stands below the text."""
        return [column for column in self.columns if column.key != "from"]

    def rows(self) -> QuerySet:
        require(permissions.can_see_sms(self.request.user))
        return super().rows().select_related("ticket")

    def page_of(self, found: QuerySet, *, number: str, size: int) -> KeysetPage:
        order = "-id" if self.order.startswith("-") else "id"
        return KeysetPage(
            found, order=order, after=number, size=size, count=lambda: capped_count(found)
        )

    def context(self) -> dict[str, Any]:
        return {"last_query": self._query(page="last")}


@csrf_exempt
@login_not_required
@require_POST
def sms_receive(request: HttpRequest) -> HttpResponse:
    """Twilio hands over an SMS. It is stored, and read by a worker."""
    require(is_from_twilio(request))
    said = request.POST
    sid = said.get("MessageSid") or said.get("SmsSid") or ""
    if not sid or "From" not in said:
        return HttpResponseBadRequest("No MessageSid or no From", content_type="text/plain")
    count = said.get("NumMedia", "0")
    media = [
        {"url": said[f"MediaUrl{n}"], "type": said.get(f"MediaContentType{n}", "")}
        for n in range(min(int(count) if is_key(count) else 0, MOST_FILES))
        if f"MediaUrl{n}" in said
    ]
    store_sms(
        sid=sid,
        sender=said["From"],
        to=said.get("To", ""),
        body=said.get("Body", ""),
        media=media,
        opt_out=said.get("OptOutType", "")[:10],
    )
    return HttpResponse("<Response/>", content_type="text/xml")


def sms_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One SMS and what became of it."""
    return _sms_page(request, _sms(request, pk), MoveForm(user=request.user))


@require_POST
def sms_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring one of the quarantine to the ticket it belongs to."""
    row = _sms(request, pk)
    form = MoveForm(request.POST, user=request.user)
    if not form.is_valid():
        return _sms_page(request, row, form, status=422)
    into = form.cleaned_data["number"]
    try:
        once(form.submission, lambda: move_sms(row, into, actor=request.user), actor=request.user)
    except RuleError as error:
        add_rule_error(form, error)
        return _sms_page(request, row, form, status=422)
    messages.success(request, _("Moved."))
    return redirect(row)


@require_POST
def sms_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Let one of the quarantine through."""
    row = _sms(request, pk)
    try:
        row = run_sms_again(row, actor=request.user)
    except RuleError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Done: %s") % row.get_fate_display())
    return redirect(row)


def _sms(request: HttpRequest, pk: int) -> InboundSms:
    require(permissions.can_see_sms(request.user))
    rows = InboundSms.objects.visible_to(request.user).select_related("ticket")
    found: InboundSms = get_object_or_404(rows, pk=pk)
    return found


def _sms_page(
    request: HttpRequest, row: InboundSms, form: MoveForm, status: int = 200
) -> HttpResponse:
    may_place = permissions.can_place_sms(request.user, row)
    context = {"sms": row, "form": form, "may_place": may_place}
    return render(request, "mailbox/sms_detail.html", context, status=status)
