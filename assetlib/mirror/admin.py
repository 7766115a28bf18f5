"""Mirrors in Django's admin: to configure here, too; what runs write is to look at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from assetlib.mirror.configure import keep_credential, keep_mirror
from assetlib.mirror.forms import CredentialForm
from assetlib.mirror.models import Base, Credential, LedgerRow, Mirror, Run
from assetlib.web.admin import ReadOnly


class WorkspaceCredentialForm(CredentialForm):
    """Here the workspace is said, too."""

    class Meta(CredentialForm.Meta):
        fields = ("workspace", *CredentialForm.Meta.fields)


@admin.register(Credential)
class CredentialAdmin(admin.ModelAdmin[Credential]):
    form = WorkspaceCredentialForm
    list_display = ("name", "kind", "access_key_id", "endpoint_url", "region", "workspace")
    list_filter = ("workspace", "kind")
    list_select_related = ("workspace",)
    search_fields = ("name", "access_key_id")

    def save_model(self, request: HttpRequest, obj: Credential, form: Any, change: bool) -> None:  # noqa: FBT001 -- Django's
        keep_credential(obj, **form.secrets)


@admin.register(Mirror)
class MirrorAdmin(admin.ModelAdmin[Mirror]):
    list_display = ("name", "bucket", "prefix", "strategy", "every_minutes", "workspace")
    list_filter = ("workspace", "strategy")
    list_select_related = ("workspace",)
    search_fields = ("name", "bucket")
    autocomplete_fields = ("credential", "project")

    def save_model(self, request: HttpRequest, obj: Mirror, form: Any, change: bool) -> None:  # noqa: FBT001 -- Django's
        keep_mirror(obj)

    def has_change_permission(self, request: HttpRequest, obj: Mirror | None = None) -> bool:
        leaving = obj is not None and obj.being_deleted
        return super().has_change_permission(request, obj) and not leaving

    def has_delete_permission(self, request: HttpRequest, obj: Mirror | None = None) -> bool:
        # A ledger may have millions of rows: `delete_mirror` has a worker take it down in steps.
        return False


@admin.register(Run)
class RunAdmin(ReadOnly, admin.ModelAdmin[Run]):
    list_display = ("asked_at", "mirror", "scope", "state", "started_at", "finished_at")
    list_filter = ("state", "scope", "mirror")
    list_select_related = ("mirror",)
    search_fields = ("mirror__name", "message")
    ordering = ("-id",)
    show_full_result_count = False


@admin.register(LedgerRow)
class LedgerRowAdmin(ReadOnly, admin.ModelAdmin[LedgerRow]):
    list_display = ("path", "mirror", "outcome", "reason", "size", "at", "image")
    list_filter = ("mirror", "outcome")
    list_select_related = ("mirror", "image")
    search_fields = ("path",)
    show_full_result_count = False


@admin.register(Base)
class BaseAdmin(ReadOnly, admin.ModelAdmin[Base]):
    list_display = ("image", "mirror", "keys")
    list_filter = ("mirror",)
    list_select_related = ("image", "mirror")
    search_fields = ("image__filename",)
    show_full_result_count = False
