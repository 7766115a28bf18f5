"""Kept answers in Django's admin, to look at."""

from __future__ import annotations

from django.contrib import admin

from assetlib.api.models import Kept
from assetlib.web.admin import ReadOnly


@admin.register(Kept)
class KeptAdmin(ReadOnly, admin.ModelAdmin[Kept]):
    list_display = ("key", "caller", "workspace", "status", "created_at")
    list_filter = ("workspace", "status")
    list_select_related = ("workspace",)
    search_fields = ("key", "caller")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    show_full_result_count = False
    # An answer may hold what only members of the workspace may see.
    exclude = ("body", "claim")
