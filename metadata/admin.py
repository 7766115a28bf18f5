"""Keys, entries and tags in Django's admin, to look at.

Nothing is written there but the deletion of a key, by our operation: every change of metadata goes
through one place, which keeps history and counters.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from assetlib.accounts.models import User
from assetlib.changes.act import act
from assetlib.changes.models import ActKind, Origin
from assetlib.web.admin import ReadOnly
from metadata.keys import delete_key
from metadata.models import Entry, ImageTag, Key, Tag, Value


class ValueInline(ReadOnly, admin.TabularInline[Value, Key]):
    model = Value
    fields = ("text", "type", "image_count")
    ordering = ("-image_count", "norm")
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Value]:
        # A key may have a million values; the most used are what a person looks for here.
        most_used = Value.objects.filter(image_count__gt=0).order_by("-image_count").values("pk")
        key = request.resolver_match.kwargs.get("object_id", 0) if request.resolver_match else 0
        return (
            super()
            .get_queryset(request)
            .filter(pk__in=list(most_used.filter(key_id=key).values_list("pk", flat=True)[:100]))
        )


@admin.register(Key)
class KeyAdmin(admin.ModelAdmin[Key]):
    list_display = (
        "name",
        "workspace",
        "image_count",
        "string_count",
        "number_count",
        "boolean_count",
    )
    list_filter = ("workspace",)
    list_select_related = ("workspace",)
    search_fields = ("name",)
    ordering = ("-image_count", "name")
    inlines = (ValueInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Key | None = None) -> bool:
        return False

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        # What goes are the entries, through our operation; a key in use may have a million.
        said = [f"{key.name}: from {key.image_count:,} images" for key in objs]
        return said, {"keys": len(said)}, set(), []

    def delete_model(self, request: HttpRequest, obj: Key) -> None:
        by = request.user if isinstance(request.user, User) else None
        with act(obj.workspace, by=by, origin=Origin.USER, kind=ActKind.KEY_DELETE) as acting:
            delete_key(acting, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Key]) -> None:
        for key in queryset.select_related("workspace"):
            self.delete_model(request, key)


@admin.register(Entry)
class EntryAdmin(ReadOnly, admin.ModelAdmin[Entry]):
    list_display = ("image", "key", "shown_value", "origin", "changed_at", "changed_by")
    list_filter = ("key__workspace", "origin")
    list_select_related = ("image", "key", "value", "changed_by")
    search_fields = ("image__filename", "key__name", "value__text")
    show_full_result_count = False
    ordering = ("-id",)

    @admin.display(description="value")
    def shown_value(self, entry: Entry) -> str:
        return entry.typed.text


@admin.register(Tag)
class TagAdmin(ReadOnly, admin.ModelAdmin[Tag]):
    list_display = ("name", "workspace", "image_count", "created_at")
    list_filter = ("workspace",)
    list_select_related = ("workspace",)
    search_fields = ("name",)
    ordering = ("-image_count", "folded")


@admin.register(ImageTag)
class ImageTagAdmin(ReadOnly, admin.ModelAdmin[ImageTag]):
    list_display = ("image", "tag", "origin", "changed_at", "changed_by")
    list_filter = ("tag__workspace", "origin")
    list_select_related = ("image", "tag", "changed_by")
    search_fields = ("image__filename", "tag__name")
    show_full_result_count = False
    ordering = ("-id",)
