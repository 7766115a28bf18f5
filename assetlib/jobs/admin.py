"""Jobs in Django's admin, to look at and to call off."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from assetlib.jobs.models import Job, Tick
from assetlib.jobs.queue import cancel
from assetlib.web.admin import ReadOnly


@admin.register(Job)
class JobAdmin(ReadOnly, admin.ModelAdmin[Job]):
    list_display = (
        "created_at",
        "kind",
        "by",
        "status",
        "stage",
        "done",
        "total",
        "attempts",
        "workspace",
    )
    list_filter = ("workspace", "kind", "status")
    list_select_related = ("by", "workspace")
    search_fields = ("public_id", "by__username", "error")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    show_full_result_count = False
    exclude = ("frozen",)
    actions = ("call_off",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        return super().get_queryset(request).defer("frozen")

    @admin.action(description="Cancel the chosen jobs")
    def call_off(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        count = sum(cancel(job) for job in jobs)
        self.message_user(request, f"{count} cancelled.")


@admin.register(Tick)
class TickAdmin(ReadOnly, admin.ModelAdmin[Tick]):
    list_display = ("name", "due_at")
    search_fields = ("name",)
    list_filter = ("due_at",)
