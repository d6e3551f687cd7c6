"""Back office of accounts. Roles, access and invitations are changed on the pages of the desk,
where the rules are; here they are shown."""

from copy import copy
from functools import partial
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm, UserChangeForm
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts import actions
from accounts.models import (
    ChannelPreference,
    Invitation,
    NewsTimes,
    ResetRequest,
    SignupDetails,
    Team,
    User,
)
from core.admin import CappedPaginator, DeskModelAdmin, ReadOnlyAdmin
from core.text import normalise_email


class _LowerEmail(forms.ModelForm):
    """Stores the address as everywhere else."""

    def clean_email(self) -> str:
        return normalise_email(self.cleaned_data["email"])


class AddUserForm(_LowerEmail, AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["email", "name"]


class ChangeUserForm(_LowerEmail, UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"  # noqa: DJ007  the admin's fieldsets choose


class SetPasswordForm(AdminPasswordChangeForm):
    """Checks the password; the action stores it."""

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor

    def save(self, commit: bool = True) -> User:
        usable = self.cleaned_data["set_usable_password"]
        password = self.cleaned_data["password1"] if usable else None
        self.user = actions.set_password(self.user, password, actor=self.actor)
        return self.user


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    add_form, form = AddUserForm, ChangeUserForm
    paginator, show_full_result_count, list_per_page = CappedPaginator, False, 50
    list_display = ["email", "name", "roles", "is_active", "last_login"]
    list_filter = ["groups", "is_active"]
    search_fields = ["email", "name", "phone"]
    ordering = ["email"]
    filter_horizontal: list[str] = []
    readonly_fields = [
        "is_active",
        "is_staff",
        "is_superuser",
        "groups",
        "last_login",
        "date_joined",
    ]
    fieldsets = [
        (None, {"fields": ["email", "password", "name", "phone"]}),
        (_("Reading"), {"fields": ["locale", "time_zone", "theme", "single_keys"]}),
        (
            _("Access (changed under People, where the rules are)"),
            {"fields": ["is_active", "groups", "is_staff", "is_superuser"]},
        ),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["email", "name", "usable_password", "password1", "password2"]})
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("roles"))
    def roles(self, user: User) -> str:
        return ", ".join(sorted(user.role_names)) or "-"

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """People are disabled, not deleted: their names stand in tickets and the audit log."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """An administrator vouches for the address, so no confirmation is asked."""
        actor = cast(User, request.user)
        if not change:
            super().save_model(request, obj, form, change)
            actions.note_account_created(obj, actor=actor)
            return
        values = {name: form.cleaned_data[name] for name in form.changed_data}
        if email := values.pop("email", None):
            actions.change_email(obj, email, actor=actor)
        actions.update_profile(obj, values, actor=actor)

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """Django's page with a form that knows who is asking."""
        page = copy(self)  # this object serves all threads at once
        page.change_password_form = partial(SetPasswordForm, actor=request.user)
        return DjangoUserAdmin.user_change_password(page, request, id, form_url)


@admin.register(Team)
class TeamAdmin(DeskModelAdmin):
    list_display = ["name"]
    search_fields = ["name"]
    autocomplete_fields = ["members"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ["email", "role", "invited_by", "created_at", "expires_at", "accepted_at"]
    list_filter = ["role", ("accepted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["invited_by"]
    search_fields = ["email", "name"]
    ordering = ["-id"]
    exclude = ["token_hash"]


@admin.register(ChannelPreference)
class ChannelPreferenceAdmin(ReadOnlyAdmin):
    """One's own matter: people choose it themselves."""

    list_display = ["user", "kind", "channels"]
    list_filter = ["kind"]
    list_select_related = ["user"]
    search_fields = ["user__email", "user__name"]


@admin.register(NewsTimes)
class NewsTimesAdmin(ReadOnlyAdmin):
    """One's own matter: people set it themselves."""

    list_display = ["user", "is_quiet_off_shift", "urgent_comes_through", "digest"]
    list_filter = ["digest", "is_quiet_off_shift"]
    list_select_related = ["user"]
    search_fields = ["user__email", "user__name"]


@admin.register(SignupDetails)
class SignupDetailsAdmin(ReadOnlyAdmin):
    list_display = ["user", "company"]
    list_select_related = ["user"]
    search_fields = ["user__email", "company"]


@admin.register(ResetRequest)
class ResetRequestAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "email"]
    search_fields = ["email"]
