"""Back office: mailboxes are set up here; what came in is only looked at."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin import DeskModelAdmin, ReadOnlyAdmin
from mailbox import actions
from mailbox.admin_forms import ImapForm
from mailbox.models import ImapAccount, InboundMail, InboundSms, Mailbox

TRIED_AT_ONCE = 10


class ImapInline(admin.StackedInline):
    """How its mails are fetched; without one they come by `receive_email`."""

    model = ImapAccount
    form = ImapForm
    can_delete = False  # it is taken out of use instead
    readonly_fields = ["last_success_at", "failures", "last_error", "tried_at", "tried"]
    fields = [
        ("host", "port", "security"), "username", "sign_in", "secret",
        ("token_url", "client_id", "client_secret"), "folder", "is_active",
        "last_success_at", "failures", "last_error", ("tried_at", "tried"),
    ]  # fmt: skip


@admin.register(Mailbox)
class MailboxAdmin(DeskModelAdmin):
    list_display = ["name", "address", "team", "category", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name", "address"]
    list_select_related = ["team", "category"]
    fields = ["name", "address", "sender_address", "signature", "team", "category", "is_active"]
    inlines = [ImapInline]
    actions = ["try_connection"]

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """What came to it stays; one takes it out of use."""
        return False

    def save_model(self, request: HttpRequest, obj: Mailbox, form: Any, change: bool) -> None:
        actions.save_mailbox(obj, form.changed_data, actor=request.user)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        stored = {id(account) for account in formset.save(commit=False)}
        for one in formset.forms:
            if id(one.instance) in stored:
                actions.save_imap_account(one.instance, one.changed_data, actor=request.user)

    @admin.action(description=_("Try the connection"), permissions=["change"])
    def try_connection(self, request: HttpRequest, rows: QuerySet[Mailbox]) -> None:
        """A worker signs in; nothing is fetched."""
        accounts = ImapAccount.objects.filter(mailbox__in=rows)[:TRIED_AT_ONCE]
        for account in accounts:
            actions.ask_to_try(account)
        if accounts:
            messages.success(
                request, _("It is being tried; the mailbox's page says what came of it.")
            )
        else:
            messages.warning(request, _("There is no IMAP account to try."))


@admin.register(InboundMail)
class InboundMailAdmin(ReadOnlyAdmin):
    """Without the raw source: that is the trace page's, which asks who may read it."""

    list_display = ["received_at", "mailbox", "from_email", "subject", "fate", "ticket_id"]
    list_filter = ["fate"]
    search_fields = ["from_email", "subject", "=header_id"]
    list_select_related = ["mailbox"]
    exclude = ["raw"]
    ordering = ["-id"]


@admin.register(InboundSms)
class InboundSmsAdmin(ReadOnlyAdmin):
    list_display = ["received_at", "from_phone", "to_phone", "fate", "ticket_id", "attempts"]
    list_filter = ["fate"]
    search_fields = ["=from_phone", "=sid"]
    list_select_related = False
    ordering = ["-id"]
