"""Back office of tickets. What has a consequence goes through the actions, as everywhere."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin import DeskModelAdmin, ReadOnlyAdmin
from core.importadmin import RowImportMixin
from tickets.actions import change_settings, edit_ticket
from tickets.forms import SettingsForm
from tickets.models import (
    AutomationRule,
    CannedReply,
    Category,
    CategorySkill,
    ClockRun,
    CustomField,
    DeskSettings,
    DispatchDecision,
    Draft,
    DraftFile,
    Follower,
    Macro,
    ManualDue,
    Mention,
    Merge,
    Message,
    Outgoing,
    ProposedCopy,
    RuleEffect,
    RuleMatch,
    RuleRun,
    RuleTrial,
    SavedView,
    SearchText,
    SearchWord,
    SlaAlert,
    SlaPolicy,
    Tag,
    Ticket,
    TicketClock,
    TicketCopy,
    TicketFile,
    TicketLink,
)
from tickets.resources import TicketResource

EDITED = ("subject", "description", "category", "priority", "team")
SWITCHES = (
    "auto_assign", "auto_close_days", "close_warning_days", "repeat_days", "undo_seconds",
    "files_thanks", "weight_skills", "weight_distance", "weight_availability", "weight_load",
)  # fmt: skip


@admin.register(Ticket)
class TicketAdmin(RowImportMixin, DeskModelAdmin):
    """Look things up and correct words. The state moves on the ticket's own page only."""

    resource_classes = [TicketResource]
    list_display = [
        "reference",
        "subject",
        "customer",
        "status",
        "priority",
        "technician",
        "opened_at",
    ]
    list_filter = ["status", "priority", "channel", ("technician", admin.EmptyFieldListFilter)]
    list_select_related = ["customer", "technician__user"]
    search_fields = ["=id", "subject", "customer__name", "=external_id"]
    ordering = ["-id"]
    autocomplete_fields = ["category", "team"]
    readonly_fields = [
        field.name for field in Ticket._meta.fields if field.name not in (*EDITED, "id")
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # service logs are kept; a customer is deleted as a whole, on its own page

    def save_model(self, request: HttpRequest, obj: Ticket, form: Any, change: bool) -> None:
        changes = {name: form.cleaned_data[name] for name in form.changed_data if name in EDITED}
        edit_ticket(obj, changes, actor=request.user)


@admin.register(Merge)
class MergeAdmin(ReadOnlyAdmin):
    list_display = ["id", "source_id", "target_id", "merged_by", "merged_at", "undone_at"]
    list_select_related = ["merged_by"]
    search_fields = ["=source__id", "=target__id"]
    ordering = ["-id"]


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ["id", "ticket_id", "kind", "author_name", "is_from_customer", "created_at"]
    list_filter = ["kind", "is_from_customer"]
    search_fields = ["=ticket__id", "author_name"]
    list_select_related = False
    ordering = ["-id"]


@admin.register(TicketFile)
class TicketFileAdmin(ReadOnlyAdmin):
    list_display = ["id", "ticket_id", "stored", "is_internal"]
    list_filter = ["is_internal"]
    search_fields = ["=ticket__id", "stored__name"]
    list_select_related = ["stored"]
    ordering = ["-id"]


@admin.register(DispatchDecision)
class DispatchDecisionAdmin(ReadOnlyAdmin):
    list_display = ["id", "ticket_id", "technician", "score", "is_automatic", "created_at"]
    list_filter = ["is_automatic"]
    search_fields = ["=ticket__id", "technician__user__name"]
    list_select_related = ["technician__user"]
    ordering = ["-id"]


class SkillInline(admin.TabularInline):
    model = CategorySkill
    autocomplete_fields = ["skill"]
    extra = 0


@admin.register(Category)
class CategoryAdmin(DeskModelAdmin):
    list_display = ["name", "team", "is_onsite", "expected_minutes", "auto_assign", "is_active"]
    list_filter = ["is_active", "is_onsite", "auto_assign"]
    list_select_related = ["team"]
    search_fields = ["name"]
    autocomplete_fields = ["team"]
    inlines = [SkillInline]


@admin.register(DeskSettings)
class DeskSettingsAdmin(DeskModelAdmin):
    """One row, changed through the same action as on the settings page."""

    form = SettingsForm
    fields = SWITCHES

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: DeskSettings, form: Any, change: bool) -> None:
        change_settings({name: form.cleaned_data[name] for name in SWITCHES}, actor=request.user)


@admin.register(SavedView)
class SavedViewAdmin(ReadOnlyAdmin):
    """Who keeps which view of the queue; people change them on the queue itself."""

    list_display = ["name", "owner", "team", "created_at"]
    list_select_related = ["owner", "team"]
    list_filter = [("team", admin.EmptyFieldListFilter)]
    search_fields = ["name", "owner__email", "owner__name"]


@admin.register(CustomField)
class CustomFieldAdmin(ReadOnlyAdmin):
    """Managers change fields on their own pages, which keep key and kind as they are."""

    list_display = ["label", "key", "kind", "is_required", "is_public", "is_active", "position"]
    list_filter = ["kind", "is_active", "is_required", "is_public"]
    search_fields = ["label", "key"]


@admin.register(Tag)
class TagAdmin(DeskModelAdmin):
    """Correct a spelling or a colour. Tickets hold keys of tags, so none is deleted."""

    list_display = ["name", "colour"]
    list_filter = ["colour"]
    search_fields = ["name"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(CannedReply)
class CannedReplyAdmin(ReadOnlyAdmin):
    """Who keeps which text; people change them on their own pages."""

    list_display = ["name", "shortcut", "owner", "team", "category", "uses", "used_at"]
    list_select_related = ["owner", "team", "category"]
    list_filter = [("team", admin.EmptyFieldListFilter), ("owner", admin.EmptyFieldListFilter)]
    search_fields = ["name", "shortcut", "owner__email"]
    ordering = ["name"]


@admin.register(Macro)
class MacroAdmin(ReadOnlyAdmin):
    """Who keeps which macro; people change them on their own pages."""

    list_display = ["name", "owner", "team", "after", "uses", "used_at"]
    list_select_related = ["owner", "team"]
    list_filter = [("team", admin.EmptyFieldListFilter), ("owner", admin.EmptyFieldListFilter)]
    search_fields = ["name", "owner__email"]
    ordering = ["name"]


@admin.register(SlaPolicy)
class SlaPolicyAdmin(ReadOnlyAdmin):
    """What is promised to whom; managers change it on its own pages, which compute anew."""

    list_display = ["name", "position", "is_default", "calendar", "warn_minutes"]
    list_select_related = ["calendar"]
    search_fields = ["name"]


@admin.register(TicketClock)
class TicketClockAdmin(ReadOnlyAdmin):
    list_display = ["ticket_id", "kind", "number", "state", "due_at", "met_at", "policy"]
    list_filter = ["kind", "state"]
    list_select_related = ["policy"]
    search_fields = ["=ticket__id"]
    ordering = ["-id"]


@admin.register(SlaAlert)
class SlaAlertAdmin(ReadOnlyAdmin):
    list_display = ["ticket_id", "kind", "number", "step", "is_told", "created_at"]
    list_filter = ["step", "kind", "is_told"]
    list_select_related = False
    search_fields = ["=ticket__id"]
    ordering = ["-id"]


@admin.register(ManualDue)
class ManualDueAdmin(ReadOnlyAdmin):
    list_display = ["ticket_id", "due_at", "set_by_name", "set_at"]
    list_select_related = False
    search_fields = ["=ticket__id", "set_by_name"]
    ordering = ["-id"]


@admin.register(ClockRun)
class ClockRunAdmin(ReadOnlyAdmin):
    list_display = ["id", "reason", "done", "total", "started_at", "finished_at"]
    ordering = ["-id"]


@admin.register(TicketLink)
class TicketLinkAdmin(ReadOnlyAdmin):
    """Links are made and removed on the ticket's page."""

    list_display = ["source_id", "kind", "target_id", "created_at"]
    list_filter = ["kind"]
    search_fields = ["=source__id", "=target__id"]
    ordering = ["-id"]


@admin.register(SearchText)
class SearchTextAdmin(ReadOnlyAdmin):
    """Which tickets are in the index; the vectors themselves say nothing to people."""

    list_display = ["ticket_id"]
    fields = ["ticket"]
    search_fields = ["=ticket__id"]
    ordering = ["-ticket_id"]


@admin.register(SearchWord)
class SearchWordAdmin(ReadOnlyAdmin):
    list_display = ["word", "tickets"]
    search_fields = ["word"]
    ordering = ["word"]


@admin.register(Outgoing)
class OutgoingAdmin(ReadOnlyAdmin):
    """What is on its way, what was held, and when it went; the author acts on the ticket."""

    list_display = ["message_id", "address", "release_at", "held_at", "released_at"]
    list_filter = [
        ("released_at", admin.EmptyFieldListFilter),
        ("held_at", admin.EmptyFieldListFilter),
    ]
    search_fields = ["=message__ticket__id", "address"]
    list_select_related = False
    ordering = ["-id"]


@admin.register(Draft)
class DraftAdmin(ReadOnlyAdmin):
    """That somebody is writing, never what: unsent words are their writer's own."""

    list_display = ["id", "ticket_id", "user", "kind", "updated_at"]
    fields = ["ticket", "user", "kind", "updated_at"]
    list_select_related = ["user"]
    search_fields = ["=ticket__id", "user__name"]
    ordering = ["-id"]


@admin.register(DraftFile)
class DraftFileAdmin(ReadOnlyAdmin):
    list_display = ["id", "draft_id"]
    fields = ["draft"]
    list_select_related = False
    search_fields = ["=draft__ticket__id"]
    ordering = ["-id"]


@admin.register(ProposedCopy)
class ProposedCopyAdmin(ReadOnlyAdmin):
    list_display = ["email", "ticket_id", "proposed_by", "created_at", "left_out_at"]
    search_fields = ["email", "=ticket__id"]
    list_select_related = False
    ordering = ["-id"]


@admin.register(TicketCopy)
class TicketCopyAdmin(ReadOnlyAdmin):
    list_display = ["id", "ticket_id", "email", "contact"]
    list_select_related = ["contact"]
    search_fields = ["=ticket__id", "email"]
    ordering = ["-id"]


@admin.register(Follower)
class FollowerAdmin(ReadOnlyAdmin):
    list_display = ["id", "ticket_id", "user", "created_at"]
    list_select_related = ["user"]
    search_fields = ["=ticket__id", "user__name"]
    ordering = ["-id"]


@admin.register(Mention)
class MentionAdmin(ReadOnlyAdmin):
    list_display = ["id", "message_id", "user", "name"]
    list_select_related = ["user"]
    search_fields = ["=message__ticket__id", "user__name"]
    ordering = ["-id"]


@admin.register(AutomationRule)
class AutomationRuleAdmin(ReadOnlyAdmin):
    """Managers write them on their own pages, where they are checked."""

    list_display = ["name", "position", "is_enabled", "trigger", "problem"]
    list_filter = ["is_enabled", "trigger"]
    search_fields = ["name"]
    ordering = ["position", "id"]


@admin.register(RuleRun)
class RuleRunAdmin(ReadOnlyAdmin):
    list_display = ["id", "rule_name", "ticket_id", "state", "error", "ran_at"]
    list_filter = ["state"]
    list_select_related = False
    search_fields = ["=ticket__id", "rule_name"]
    ordering = ["-id"]


@admin.register(RuleEffect)
class RuleEffectAdmin(ReadOnlyAdmin):
    list_display = ["event_id", "run_id"]
    fields = ["event", "run"]
    list_select_related = False
    search_fields = ["=run__id"]
    ordering = ["-event_id"]


@admin.register(RuleMatch)
class RuleMatchAdmin(ReadOnlyAdmin):
    list_display = ["id", "rule", "ticket_id", "since"]
    list_select_related = ["rule"]
    search_fields = ["=ticket__id"]
    ordering = ["-id"]


@admin.register(RuleTrial)
class RuleTrialAdmin(ReadOnlyAdmin):
    list_display = ["id", "rule", "started_at", "finished_at", "matched", "error"]
    list_select_related = ["rule"]
    ordering = ["-id"]
