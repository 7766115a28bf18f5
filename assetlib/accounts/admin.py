"""People and who may do what, in Django's admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest

from assetlib.accounts.api_keys import revoke_api_key
from assetlib.accounts.models import ApiKey, Member, Role, User, Workspace
from assetlib.web.admin import ReadOnly

NEEDED = "A workspace needs at least one member who is its admin."


class MembershipsFormSet(BaseInlineFormSet[Member, User, Any]):
    """What a person is a member of; where this is the only admin, so it stays."""

    def clean(self) -> None:
        super().clean()
        forms = [form for form in self.forms if form.instance.pk and form.has_changed()]
        leaving = [form.instance.pk for form in forms if not _is_admin_of(form)]
        left = Workspace.objects.left_alone_by(Member.objects.filter(pk__in=leaving))
        if names := ", ".join(str(workspace) for workspace in left):
            raise ValidationError(f"{NEEDED} Without this one there is none in {names}.")


class MembersFormSet(BaseInlineFormSet[Member, Workspace, Any]):
    """A workspace keeps an admin: without one nobody could let others in."""

    def clean(self) -> None:
        super().clean()
        if not any(_is_admin_of(form) for form in self.forms):
            raise ValidationError(NEEDED)


def _is_admin_of(form: ModelForm[Member]) -> bool:
    """Whether the form says that its member stays, or becomes, an admin of the workspace."""
    said = getattr(form, "cleaned_data", {})
    leaves = said.get("DELETE") or (form.instance.pk and "workspace" in form.changed_data)
    return said.get("role") == Role.ADMIN and not leaves


class MembershipInline(admin.TabularInline[Member, User]):
    model = Member
    formset = MembershipsFormSet
    extra = 0
    autocomplete_fields = ("workspace",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Member]:
        return super().get_queryset(request).select_related("workspace")


@admin.register(User)
class AccountAdmin(UserAdmin[User]):
    inlines = (MembershipInline,)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Protect the people without whom a workspace would have no admin."""
        to_delete, counts, perms, protected = super().get_deleted_objects(objs, request)
        left = Workspace.objects.left_alone_by(Member.objects.filter(user__in=objs))
        protected += [f"{workspace}: {NEEDED}" for workspace in left]
        return to_delete, counts, perms, protected


class MemberInline(admin.TabularInline[Member, Workspace]):
    model = Member
    formset = MembersFormSet
    extra = 0
    autocomplete_fields = ("user",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Member]:
        return super().get_queryset(request).select_related("user")


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnly, admin.ModelAdmin[ApiKey]):
    """To look at and to revoke; `create_api_key` makes them, for a secret is shown just once."""

    list_display = (
        "name",
        "prefix",
        "scopes",
        "workspace",
        "created_by",
        "last_used_at",
        "revoked_at",
    )
    list_filter = ("workspace",)
    list_select_related = ("workspace", "created_by")
    search_fields = ("name", "prefix")
    ordering = ("-created_at",)
    actions = ("revoke",)
    exclude = ("digest",)

    @admin.action(description="Revoke the API keys chosen")
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        for api_key in queryset:
            revoke_api_key(api_key)
        self.message_user(request, f"{len(queryset)} revoked: they let nobody in any more.")
