"""Classes and boxes in Django's admin, to look at: boxes are written in one place, with history."""

from __future__ import annotations

from django.contrib import admin

from assetlib.annotations.models import Box, ClassName
from assetlib.web.admin import ReadOnly


@admin.register(ClassName)
class ClassNameAdmin(ReadOnly, admin.ModelAdmin[ClassName]):
    list_display = ("name", "workspace", "image_count", "created_at")
    list_filter = ("workspace",)
    list_select_related = ("workspace",)
    search_fields = ("name",)
    ordering = ("-image_count", "norm")


@admin.register(Box)
class BoxAdmin(ReadOnly, admin.ModelAdmin[Box]):
    list_display = (
        "image",
        "class_name",
        "left",
        "top",
        "width",
        "height",
        "origin",
        "changed_at",
        "changed_by",
    )
    list_filter = ("class_name__workspace", "origin")
    list_select_related = ("image", "class_name", "changed_by")
    search_fields = ("image__filename", "class_name__name")
    show_full_result_count = False
    ordering = ("-id",)
