"""Workspaces in Django's admin: here, because deleting one spans the rooms."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from assetlib.accounts.admin import MemberInline
from assetlib.accounts.models import Workspace
from images.trash import delete_workspace


@admin.register(Workspace)
class WorkspaceAdmin(admin.ModelAdmin[Workspace]):
    list_display = ("name", "slug", "time_zone", "created_at")
    search_fields = ("name", "slug")
    readonly_fields = ("uid", "seq", "next_ord", "created_at")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (MemberInline,)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        # All of it goes, and to list it would take as long as to delete it.
        said = [f"{workspace.name}, with all that is in it" for workspace in objs]
        return said, {"workspaces": len(said)}, set(), []

    def delete_model(self, request: HttpRequest, obj: Workspace) -> None:
        delete_workspace(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Workspace]) -> None:
        for workspace in queryset:
            delete_workspace(workspace)
