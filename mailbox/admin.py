"""Back office: mailboxes are set up here; what came in is only looked at."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin import DeskModelAdmin, ReadOnlyAdmin
from mailbox.admin_forms import ImapForm
from mailbox.imap import ImapProblem, opened
from mailbox.models import ImapAccount, InboundMail, InboundSms, Mailbox


class ImapInline(admin.StackedInline):
    """How its mails are fetched; without one they come by `receive_email`."""

    model = ImapAccount
    form = ImapForm
    readonly_fields = ["last_success_at", "failures", "last_error"]
    fields = [
        ("host", "port", "security"), "username", "sign_in", "secret",
        ("token_url", "client_id", "client_secret"), "folder", "is_active",
        "last_success_at", "failures", "last_error",
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

    @admin.action(description=_("Try the connection"), permissions=["change"])
    def try_connection(self, request: HttpRequest, rows: QuerySet[Mailbox]) -> None:
        """Sign in and open the folder of up to three; nothing is fetched."""
        for account in ImapAccount.objects.filter(mailbox__in=rows).select_related("mailbox")[:3]:
            name = account.mailbox.name
            try:
                with opened(account) as folder:
                    waiting = len(folder.unseen())
            except ImapProblem as problem:
                messages.error(request, f"{name}: {problem}")
            else:
                words = _("%(name)s: signed in; %(number)s unread mails in %(folder)s.")
                said = {"name": name, "number": waiting, "folder": account.folder}
                messages.success(request, words % said)


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
