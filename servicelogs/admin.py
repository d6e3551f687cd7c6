"""Back office of work entries: to read, never to change."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from servicelogs.models import LogFile, PartUsed, ServiceLog


class PartInline(admin.TabularInline):
    model = PartUsed
    extra = 0
    can_delete = False


class FileInline(admin.TabularInline):
    model = LogFile
    extra = 0
    can_delete = False


@admin.register(ServiceLog)
class ServiceLogAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "ticket_id", "author_name", "kind", "minutes"]
    list_filter = ["kind"]
    search_fields = ["=ticket__id", "author_name", "done"]
    ordering = ["-id"]
    inlines = [PartInline, FileInline]


@admin.register(PartUsed)
class PartUsedAdmin(ReadOnlyAdmin):
    list_display = ["name", "quantity", "log_id"]
    search_fields = ["name"]
    ordering = ["-id"]


@admin.register(LogFile)
class LogFileAdmin(ReadOnlyAdmin):
    list_display = ["id", "log_id", "stored"]
    list_select_related = ["stored"]
    search_fields = ["stored__name"]
    ordering = ["-id"]
