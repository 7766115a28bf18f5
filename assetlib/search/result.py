"""What a query found in one snapshot: whom, in which order, and what to tell of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.utils import timezone

from assetlib.accounts.models import Workspace
from assetlib.columns.codec import Array
from assetlib.search.cursor import Cursor, read_cursor
from assetlib.search.evaluate import matching
from assetlib.search.filters.moments import Clock
from assetlib.search.language.tree import Node, Query
from assetlib.search.notices import Notice, notices_of
from assetlib.search.order import Order, name_of, order_of
from assetlib.search.source import Mask, Source


@dataclass(frozen=True, slots=True)
class Page:
    ords: list[int]
    next_cursor: str = ""
    previous_cursor: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What a query's tree found in one snapshot: `ords` rising, `order` for how they are shown."""

    source: Source
    node: Node
    clock: Clock
    mask: Mask
    ords: Array
    order: Order
    sort: str
    notices: Sequence[Notice]

    def page(self, limit: int, begin: str | int) -> Page:
        """Return the page at a cursor, or behind so many images."""
        if not begin or isinstance(begin, int):
            skip = begin or 0
            ords = self.order.first(self.ords, limit, skip)
            more = self.ords.size > skip + len(ords)
            return self._page(ords, more_before=bool(skip), more_after=more)
        cursor = read_cursor(begin, self.source.workspace, self.sort)
        order = self.order.turned() if cursor.turned else self.order
        rest = order.after(self.ords, cursor.place)
        ords = order.first(rest, limit)
        more, behind = rest.size > len(ords), rest.size < self.ords.size
        if cursor.turned:
            return self._page(ords[::-1], more_before=more, more_after=behind)
        return self._page(ords, more_before=behind, more_after=more)

    def _page(self, ords: list[int], *, more_before: bool, more_after: bool) -> Page:
        if not ords:
            return Page([])
        return Page(
            ords,
            self._cursor(ords[-1], turned=False) if more_after else "",
            self._cursor(ords[0], turned=True) if more_before else "",
        )

    def _cursor(self, ord_: int, *, turned: bool) -> str:
        return Cursor(self.order.place(ord_), self.sort, turned).text(self.source.workspace)

    def around(self, ord_: int) -> tuple[Array, Array]:
        """Return what comes before and after the image, itself in neither."""
        place = self.order.place(ord_)
        return self.order.turned().after(self.ords, place), self.order.after(self.ords, place)


def search(workspace: Workspace, query: Query, now: datetime | None) -> Result:
    source = Source(workspace)
    clock = Clock(now or timezone.now(), workspace.zone)
    notices = notices_of(query, source)
    mask = matching(query.node, source, clock)
    order = order_of(query.sort, source)
    ords, sort = np.flatnonzero(mask), name_of(query.sort)
    return Result(source, query.node, clock, mask, ords, order, sort, notices)
