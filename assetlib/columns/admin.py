"""The index in Django's admin, to look at: what keeps its chunks right is `index verify`."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import F, QuerySet
from django.db.models.functions import Length
from django.http import HttpRequest

from assetlib.columns import codec
from assetlib.columns.models import ColumnChunk
from assetlib.web.admin import ReadOnly


@admin.register(ColumnChunk)
class ColumnChunkAdmin(ReadOnly, admin.ModelAdmin[ColumnChunk]):
    list_display = ("column", "chunk", "seq", "nbytes", "workspace")
    list_filter = ("workspace",)
    list_select_related = ("workspace",)
    search_fields = ("column__startswith",)
    search_help_text = "The beginning of a column's name, as width or key.12."
    show_full_result_count = False
    ordering = ("workspace", "column", "chunk")
    fields = ("workspace", "column", "chunk", "seq", "nbytes", "layout")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ColumnChunk]:
        # A page of a hundred chunks would else read megabytes that it does not show.
        return super().get_queryset(request).defer("data").annotate(length=Length(F("data")))

    @admin.display(description="bytes")
    def nbytes(self, chunk: ColumnChunk) -> int:
        length: int = chunk.length  # type: ignore[attr-defined]
        return length

    @admin.display
    def layout(self, chunk: ColumnChunk) -> str:
        data = bytes(chunk.data)
        return codec.read_header(data)[0].name.lower() if data else "empty"
