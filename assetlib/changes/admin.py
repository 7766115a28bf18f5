"""The history in Django's admin, to look at. Undo is on the activity page."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from assetlib.changes.models import Change, ChangeSet
from assetlib.web.admin import ReadOnly

MOST = 200


class ChangeInline(ReadOnly, admin.TabularInline[Change, ChangeSet]):
    model = Change
    fields = ("image", "kind", "subject", "old", "old_origin", "new", "new_origin")
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Change]:
        changes = super().get_queryset(request).select_related("image")
        change_set = (
            request.resolver_match.kwargs.get("object_id", 0) if request.resolver_match else 0
        )
        first = Change.objects.filter(change_set_id=change_set).order_by("id")[:MOST]
        return changes.filter(pk__in=list(first.values_list("pk", flat=True)))


@admin.register(ChangeSet)
class ChangeSetAdmin(ReadOnly, admin.ModelAdmin[ChangeSet]):
    list_display = (
        "at",
        "kind",
        "by",
        "origin",
        "state",
        "image_count",
        "change_count",
        "workspace",
    )
    list_filter = ("workspace", "kind", "origin", "state")
    list_select_related = ("by", "workspace")
    search_fields = ("by__username",)
    date_hierarchy = "at"
    show_full_result_count = False
    ordering = ("-id",)
    inlines = (ChangeInline,)
