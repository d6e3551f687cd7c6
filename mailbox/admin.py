"""Back office: mailboxes are set up here; what came in is only looked at."""

from django.contrib import admin

from core.admin import DeskModelAdmin, ReadOnlyAdmin
from mailbox.models import InboundMail, InboundSms, Mailbox


@admin.register(Mailbox)
class MailboxAdmin(DeskModelAdmin):
    list_display = ["name", "address", "team", "category", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name", "address"]
    list_select_related = ["team", "category"]
    fields = ["name", "address", "sender_address", "signature", "team", "category", "is_active"]


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
