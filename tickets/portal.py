"""The customers' ticket pages. Doors only: a ticket is found among the reader's, or not at all."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Channel, NewsKind
from attachments.responses import file_response
from core.errors import RuleError
from core.http import add_rule_error, is_partial
from core.models import EventRecord
from core.pages import Column, ListPage
from core.permissions import require
from core.prepared import Prepared
from core.templatetags.ui import phone
from customers.models import Contact
from devices.models import Device, DeviceStatus
from tickets.actions.by_customer import (
    confirm_fixed,
    reply_as_customer,
    report_not_fixed,
    report_problem,
)
from tickets.actions.merging import final_target
from tickets.closing import closing_day
from tickets.custom import shown_values
from tickets.models import Message, MessageKind, Ticket, TicketFile
from tickets.permissions import can_reopen, can_resolve_as_customer
from tickets.portal_forms import FixedForm, PortalReplyForm, PortalTicketFilter, ReportForm
from tickets.portal_words import (
    PAGE,
    bubbles,
    first_name,
    greeting,
    live_booking,
    plain_status,
    steps,
    visit_words,
)
from tickets.timeline import shown_files

HOME_ROWS = 5
WARRANTY_DAYS = 60
SHOWN_MESSAGES = 100


_CONTACT = Prepared(
    lambda pk: Contact.objects.select_related("customer").filter(user=pk).order_by("pk")[:1]
)


def contact_of(user: Any) -> Contact | None:
    """The contact the sign-in belongs to, with its customer."""
    return _CONTACT.first(user.pk)


def ticket_for(request: HttpRequest, pk: int) -> Ticket:
    """A ticket of the reader's customer with what its page shows, or 404."""
    rows = Ticket.objects.visible_to(request.user).select_related(
        "customer", "requester", "device__product", "technician__user", "booking", "follows"
    )
    return get_object_or_404(rows, pk=pk)


def with_asker(rows: QuerySet) -> QuerySet:
    """Add asked_by: who of the staff wrote last."""
    asked = Message.objects.filter(
        ticket=OuterRef("pk"), kind=MessageKind.REPLY, is_from_customer=False
    ).order_by("-created_at", "-pk")
    return rows.annotate(asked_by=Subquery(asked.values("author_name")[:1]))


@require_GET
def portal_home(request: HttpRequest) -> HttpResponse:
    """What the customer can do, and what needs them."""
    now, contact = timezone.now(), contact_of(request.user)
    live = Ticket.objects.visible_to(request.user).live()
    # "waiting" sorts last of the four by name: what needs the customer comes first.
    rows = with_asker(live.with_row()).order_by("-status", "-customer_news_at", "-pk")
    devices = Device.objects.visible_to(request.user).exclude(status=DeviceStatus.RETIRED)
    next_visit = (
        live.select_related("booking", "technician__user", "device__product")
        .filter(booking__cancelled_at=None, booking__ends_at__gte=now)
        .order_by("booking__starts_at")
        .first()
    )
    context = {
        "contact": contact,
        "greeting": greeting(now),
        "tickets": list(rows[:HOME_ROWS]),
        "ticket_count": live.count(),
        "devices": list(_needing_attention(devices, now)[:HOME_ROWS]),
        "device_count": devices.count(),
        "next_visit": next_visit,
        "next_visit_words": visit_words(next_visit.booking, now) if next_visit else "",
    }
    return render(request, "tickets/portal_home.html", context)


def _needing_attention(devices: QuerySet, now: datetime) -> QuerySet:
    """Devices with an open ticket, or whose warranty ends within WARRANTY_DAYS."""
    today = timezone.localdate(now)
    limit = today + timedelta(days=WARRANTY_DAYS)
    live = Ticket.objects.live().filter(device=OuterRef("pk"))
    return (
        devices.select_related("product")
        .annotate(has_ticket=Exists(live))
        .filter(Q(has_ticket=True) | Q(warranty_until_on__range=(today, limit)))
        .order_by("-has_ticket", "warranty_until_on", "pk")
    )


class PortalIndex(ListPage):
    """Every ticket of the customer."""

    model, filterset = Ticket, PortalTicketFilter
    template, sort = "tickets/portal_index.html", "-updated"
    columns = [
        Column("subject", gettext_lazy("Subject"), "subject"),
        Column("reference", gettext_lazy("Number"), "pk"),
        Column("device", gettext_lazy("Device"), "device__serial_key", export="device.serial"),
        Column("status", gettext_lazy("State"), "status", export=plain_status),
        Column("opened", gettext_lazy("Sent"), "opened_at", export="opened_at"),
        Column("updated", gettext_lazy("Updated"), "customer_news_at", export="customer_news_at"),
    ]

    def rows(self) -> QuerySet:
        return with_asker(super().rows().with_row())  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def portal_create(request: HttpRequest) -> HttpResponse:
    """Report a problem. For htmx: the devices that match, or the open tickets of a device."""
    contact = contact_of(request.user)
    if contact is None:
        return render(request, "tickets/portal_create.html", {"form": None}, status=409)
    if request.method == "POST":
        form = ReportForm(request.POST, request.FILES, contact=contact)
        ticket = _report(form, request) if form.is_valid() else None
        return redirect("tickets:portal_detail", pk=ticket.pk) if ticket else _show_create(
            request, form, status=422
        )  # fmt: skip
    asked = {"device": request.GET.get("device"), "serial": request.GET.get("serial")}
    form = ReportForm(initial={k: v for k, v in asked.items() if v}, contact=contact)
    return _show_create(request, form)


def _report(form: ReportForm, request: HttpRequest) -> Ticket | None:
    """Open the ticket; None when a rule refused, which is then on the form."""
    data, contact = form.cleaned_data, form.contact
    try:
        ticket, _is_new = report_problem(
            key=form.once_key,
            customer=contact.customer,
            requester=contact,
            subject=data["subject"],
            description=data["description"],
            device=data["device"],
            category=data["category"],
            priority=data["priority"],
            files=data["files"],
            custom=form.custom_values,
            actor=request.user,
        )
    except RuleError as error:
        add_rule_error(form, error)
        return None
    return ticket


def _show_create(request: HttpRequest, form: ReportForm, status: int = 200) -> HttpResponse:
    device = form.chosen
    context = {
        "form": form,
        "device": device,
        "similar": _open_tickets_of(device, request.user) if device else [],
    }
    target = request.htmx.target if is_partial(request) else ""  # type: ignore[attr-defined]
    part = f"#{target}" if target in {"similar", "found"} else ""
    response = render(request, f"tickets/portal_create.html{part}", context, status=status)
    response["Vary"] = "HX-Request, HX-Target, Cookie"
    return response


def _open_tickets_of(device: Device, user: Any) -> list[Ticket]:
    rows = Ticket.objects.visible_to(user).live().filter(device=device)
    return list(rows.order_by("-opened_at", "-pk")[:3])


@require_GET
def portal_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One ticket: where it stands, what was said, and a place to answer."""
    ticket = ticket_for(request, pk)
    end = final_target(ticket) if ticket.merged_into_id else ticket
    if end != ticket and Ticket.objects.visible_to(request.user).filter(pk=end.pk).exists():
        words = {"old": ticket.reference, "new": end.reference}
        messages.info(request, _("%(old)s goes on here, as %(new)s.") % words)
        return redirect("tickets:portal_detail", pk=end.pk)
    return _show_ticket(request, ticket, PortalReplyForm())


def _show_ticket(
    request: HttpRequest, ticket: Ticket, form: PortalReplyForm, status: int = 200
) -> HttpResponse:
    user = request.user
    public = ticket.messages.filter(kind=MessageKind.REPLY).order_by("-created_at", "-pk")
    limit = None if "all" in request.GET else SHOWN_MESSAGES
    said = list(public[: limit and limit + 1])
    has_earlier = limit is not None and len(said) > limit
    said = said[:limit][::-1]
    seen = list(_files_for(user).filter(ticket=ticket).select_related("stored").order_by("pk"))
    booking = live_booking(ticket)
    context = {
        "ticket": ticket,
        "form": form,
        "steps": steps(ticket),
        "bubbles": bubbles(ticket, said, seen, user)[has_earlier:],
        "has_earlier": has_earlier,
        "files": shown_files(seen, PAGE),
        "booking": booking,
        "visit": visit_words(booking, timezone.now()) if booking else "",
        "technician": first_name(ticket),
        "arrives_at": _arrival(ticket),
        "told": _told_where(ticket, user) if ticket.shown_status == "new" and not said else "",
        "custom": shown_values(ticket, user),
        "follow_ups": list(ticket.follow_ups.order_by("pk")),
        "closes_on": closing_day(ticket),
        "can_resolve": can_resolve_as_customer(user, ticket),
        "can_reopen": can_reopen(user, ticket),
    }
    return render(request, "tickets/portal_detail.html", context, status=status)


def _files_for(user: Any) -> QuerySet:
    """Files a customer may open: of their tickets, never internal, never of a note."""
    return TicketFile.objects.filter(
        Q(message=None) | Q(message__kind=MessageKind.REPLY),
        ticket__in=Ticket.objects.visible_to(user),
        is_internal=False,
    )


def _arrival(ticket: Ticket) -> datetime | None:
    """When the technician on the way should arrive, if they said how long it takes."""
    if not ticket.on_my_way_at or ticket.started_at or not ticket.is_live:
        return None
    row = (
        EventRecord.objects.filter(
            subject_type="tickets.ticket", subject_id=ticket.pk, name="ticket.on_the_way"
        )
        .order_by("-id")
        .first()
    )
    minutes = row.payload.get("travel_minutes") if row else None
    return ticket.on_my_way_at + timedelta(minutes=minutes) if minutes else None


def _told_where(ticket: Ticket, user: Any) -> str:
    """The address the requester is written to, as they prefer it; "" when nowhere outside."""
    if ticket.requester is None or ticket.requester.user_id != user.pk:
        return ""
    wish = user.channel_preferences.filter(kind=NewsKind.TICKET_UPDATES).first()
    if wish and not {Channel.EMAIL, Channel.SMS} & set(wish.channels):
        return ""
    if wish and Channel.EMAIL not in wish.channels and user.phone:
        return phone(user.phone)
    return str(user.email)


@require_POST
def portal_reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer; on a closed ticket this opens a new one that follows it."""
    ticket = ticket_for(request, pk)
    form = PortalReplyForm(request.POST, request.FILES)
    if form.is_valid():
        data = form.cleaned_data
        try:
            message = reply_as_customer(
                ticket, data["body"], actor=request.user, files=data["files"]
            )
        except RuleError as error:
            add_rule_error(form, error)
        else:
            if message.ticket.follows_id == ticket.pk:
                new = {"old": ticket.reference, "new": message.ticket.reference}
                messages.success(request, _("%(old)s is closed, so we opened %(new)s.") % new)
            else:
                messages.success(request, _("Your reply is sent."))
            return redirect("tickets:portal_detail", pk=message.ticket_id)
    return _show_ticket(request, ticket, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def portal_resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then close: closed is for good."""
    ticket = ticket_for(request, pk)
    if ticket.closed_at is not None:
        messages.info(request, _("This ticket is closed already."))
        return redirect("tickets:portal_detail", pk=pk)
    require(can_resolve_as_customer(request.user, ticket))
    form = FixedForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        confirm_fixed(ticket, actor=request.user, words=form.cleaned_data["words"])
        messages.success(
            request, _("Thank you. %(number)s is closed.") % {"number": ticket.reference}
        )
        return redirect("tickets:portal_detail", pk=pk)
    context = {"ticket": ticket, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "tickets/portal_resolve.html", context, status=status)


@require_POST
def portal_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """It does not work after all."""
    ticket = ticket_for(request, pk)
    if can_reopen(request.user, ticket):
        report_not_fixed(ticket, actor=request.user)
        messages.success(request, _("The ticket is open again. Tell us what still happens."))
    elif ticket.closed_at is not None:
        messages.info(request, _("This ticket is closed. Write below, and we open a new one."))
    return redirect(reverse("tickets:portal_detail", args=[pk]) + "#reply")


@require_GET
def portal_attachment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A public file of a ticket of the reader's customer."""
    found = get_object_or_404(_files_for(request.user).select_related("stored"), pk=pk)
    return file_response(found.stored, inline="show" in request.GET)
