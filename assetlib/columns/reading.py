"""Columns of one workspace as of one snapshot.

with read_snapshot():
reader = Reader(workspace)
widths = reader.get(WIDTH)
"""

from __future__ import annotations

from typing import TypeVar

from django.conf import settings
from django.db import connection

from assetlib.accounts.models import Workspace
from assetlib.columns import chunks
from assetlib.columns.cache import Kept, cache
from assetlib.columns.kinds import Column

Whole = TypeVar("Whole")


class Reader:
    """`size` is how many places the images' columns have: what the next image's ord will be."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._seq, self.size = Workspace.objects.values_list("seq", "next_ord").get(pk=workspace.pk)
        self._limit: int = settings.COLUMN_CACHE_BYTES
        # Inside a write the chunks may be of no moment anybody else will ever see.
        self._cached = (
            self._limit > 0
            and not connection.in_atomic_block
            and cache.follow(workspace.uid, self._seq, self._changed)
        )

    def _changed(self, seq: int) -> list[tuple[str, int]]:
        return chunks.changed_since(self._workspace.pk, seq)

    def get(self, column: Column[Whole], size: int | None = None) -> Whole:
        """Return the column; `size` is of dictionaries, whose places are no ords."""
        places = self.size if size is None else size
        if not self._cached:
            return column.kind.whole(chunks.read_column(self._workspace.pk, column.name), places)
        uid = self._workspace.uid
        kept = cache.get(uid, self._seq, column.name)
        if kept is not None and not kept.stale and kept.size == places:
            whole: Whole = kept.whole
            return whole
        if kept is None:
            read = chunks.read_column(self._workspace.pk, column.name)
            whole = column.kind.whole(read, places)
        else:
            read = chunks.read_some(self._workspace.pk, column.name, kept.stale)
            whole = column.kind.renewed(kept.whole, read, places)
        fresh = Kept(whole, places, column.kind.nbytes(whole))
        cache.keep(uid, self._seq, column.name, fresh, self._limit)
        return whole
