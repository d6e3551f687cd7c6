"""Back office of technicians. Changes of people's data are made on the desk's own pages."""

from django.contrib import admin

from core.admin import DeskModelAdmin, ReadOnlyAdmin
from technicians.models import (
    Booking,
    Skill,
    Technician,
    TechnicianSkill,
    TimeOff,
    WorkingHours,
)


class SkillInline(admin.TabularInline):
    model = TechnicianSkill
    autocomplete_fields = ["skill"]
    extra = 0


class HoursInline(admin.TabularInline):
    model = WorkingHours
    extra = 0


class TimeOffInline(admin.TabularInline):
    model = TimeOff
    extra = 0


@admin.register(Technician)
class TechnicianAdmin(DeskModelAdmin):
    list_display = ["user", "availability", "works_in_field", "daily_capacity", "time_zone"]
    list_filter = ["availability", "works_in_field"]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__email", "skills__name"]
    autocomplete_fields = ["user"]
    readonly_fields = ["availability", "version", "created_at", "updated_at"]
    inlines = [SkillInline, HoursInline, TimeOffInline]


@admin.register(Skill)
class SkillAdmin(DeskModelAdmin):
    list_display = ["name"]
    search_fields = ["name"]


@admin.register(TimeOff)
class TimeOffAdmin(DeskModelAdmin):
    list_display = ["technician", "starts_at", "ends_at", "reason"]
    list_select_related = ["technician__user"]
    search_fields = ["technician__user__name", "reason"]
    autocomplete_fields = ["technician"]


@admin.register(Booking)
class BookingAdmin(ReadOnlyAdmin):
    list_display = ["technician", "starts_at", "ends_at", "purpose", "cancelled_at"]
    list_filter = [("cancelled_at", admin.EmptyFieldListFilter)]
    list_select_related = ["technician__user"]
    search_fields = ["technician__user__name", "purpose"]
    ordering = ["-starts_at"]
