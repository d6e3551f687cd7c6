"""Back office: the audit log, read-only, and deliveries that failed."""

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from core.models import Delivery, EventRecord, Heartbeat, Submission


class CappedPaginator(Paginator):
    """Counts no further than 10,001 rows: a count over everything is slow at a million."""

    limit = 10_001

    @property
    def count(self) -> int:
        rows = self.object_list
        if isinstance(rows, QuerySet):
            return rows.order_by()[: self.limit].count()
        return len(rows)


class DeskModelAdmin(admin.ModelAdmin):
    """Defaults of every admin page: bounded counts, related objects searched not listed."""

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50


class ReadOnlyAdmin(DeskModelAdmin):
    """Look, do not touch."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(EventRecord)
class EventRecordAdmin(ReadOnlyAdmin):
    list_display = ["occurred_at", "name", "subject_type", "subject_id", "actor_name"]
    list_filter = ["subject_type"]
    search_fields = ["=subject_id", "name", "actor_name"]
    date_hierarchy = None
    list_select_related = False
    ordering = ["-id"]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ["id", "event_id", "subscriber", "attempts", "done_at", "failed_at"]
    list_filter = [("failed_at", admin.EmptyFieldListFilter)]
    search_fields = ["=event__id", "subscriber"]
    ordering = ["-id"]


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    list_display = ["name", "seen_at"]


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "actor", "made_type", "made_id"]
    list_select_related = ["actor"]
    search_fields = ["=made_id", "actor__email"]
    ordering = ["-id"]
