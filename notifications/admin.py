"""Back office: messages are only looked at and sent again."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.admin import ReadOnlyAdmin
from notifications.actions import resend_notification
from notifications.models import (
    BlockedAddress,
    Breaker,
    MailDelivery,
    Notification,
    PushDevice,
    Rule,
    SmsUse,
    StoppedNumber,
    WayOut,
    Wording,
    WordingRevision,
)
from notifications.permissions import can_resend


@admin.register(Rule)
class RuleAdmin(ReadOnlyAdmin):
    """Changed on the page “Who is told”, which keeps a history and knows the defaults."""

    list_display = ["event", "audience", "kind", "channels", "template", "is_active"]
    list_filter = ["audience", "kind", "is_active"]
    search_fields = ["event", "template"]


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    """The text is left out: it may hold a link that signs somebody in."""

    list_display = [
        "created_at",
        "recipient_name",
        "channel",
        "subject",
        "state",
        "attempts",
        "last_error",
    ]
    list_filter = ["state", "channel"]
    search_fields = ["recipient_name", "address", "subject", "=id"]
    exclude = ["body_text", "body_html", "unsubscribe_url"]
    list_select_related = False
    ordering = ["-id"]
    actions = ["resend"]

    @admin.action(description=_("Send again"))
    def resend(self, request: HttpRequest, rows: QuerySet[Notification]) -> None:
        """Send the chosen messages again, those that failed or were never sent."""
        count = 0
        for row in rows:
            if row.may_be_resent and can_resend(request.user, row):
                resend_notification(row, actor=request.user)
                count += 1
        words = ngettext(
            "%d message is being sent again.", "%d messages are being sent again.", count
        )
        self.message_user(request, words % count, messages.SUCCESS)


@admin.register(PushDevice)
class PushDeviceAdmin(ReadOnlyAdmin):
    """Each person's own matter."""

    list_display = ["user", "name", "created_at"]
    list_select_related = ["user"]
    search_fields = ["user__email", "user__name"]
    exclude = ["endpoint", "p256dh", "auth"]


@admin.register(Breaker)
class BreakerAdmin(ReadOnlyAdmin):
    """Whether the providers answer; it opens and closes by itself."""

    list_display = ["channel", "opened_at", "retry_at", "failures", "last_error"]
    list_select_related = False


@admin.register(StoppedNumber)
class StoppedNumberAdmin(ReadOnlyAdmin):
    """Who answered STOP. Only their START ends it: the network refuses ours until then."""

    list_display = ["phone", "reason", "stopped_at"]
    search_fields = ["phone"]
    list_select_related = False


@admin.register(SmsUse)
class SmsUseAdmin(ReadOnlyAdmin):
    list_display = ["starts_at", "scope", "key", "used"]
    list_filter = ["scope"]
    list_select_related = False
    ordering = ["-starts_at", "scope"]


@admin.register(MailDelivery)
class MailDeliveryAdmin(ReadOnlyAdmin):
    """What the other side said about each recipient."""

    list_display = ["happened_at", "address", "fate", "reason", "is_hard", "notification_id"]
    list_filter = ["fate"]
    search_fields = ["address", "=notification__id"]
    list_select_related = False
    ordering = ["-id"]


@admin.register(BlockedAddress)
class BlockedAddressAdmin(ReadOnlyAdmin):
    """Deleting a row lets automatic mail go there again."""

    list_display = ["address", "reason", "blocked_at", "until"]
    search_fields = ["address"]
    ordering = ["-id"]

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return bool(request.user.is_admin)


@admin.register(Wording)
class WordingAdmin(ReadOnlyAdmin):
    """Written on the page of message texts, which checks the placeholders."""

    list_display = ["kind", "language", "is_used", "version", "updated_at"]
    list_filter = ["is_used", "language"]
    list_select_related = False


@admin.register(WordingRevision)
class WordingRevisionAdmin(ReadOnlyAdmin):
    """The words as somebody saved them."""

    list_display = ["wording", "number", "author_name", "was_reset", "created_at"]
    list_select_related = ["wording"]
    ordering = ["-id"]


@admin.register(WayOut)
class WayOutAdmin(ReadOnlyAdmin):
    """Deleting a row makes its link useless, in every mail that has it. The key is never shown."""

    list_display = ["user", "kind", "created_at"]
    list_filter = ["kind"]
    list_select_related = ["user"]
    exclude = ["key"]
    ordering = ["-id"]

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return bool(request.user.is_admin)
