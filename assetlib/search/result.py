"""What a query found in one snapshot: whom, in which order, and what to tell of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from assetlib.accounts.models import Workspace
from assetlib.search.cursor import Cursor, read_cursor
from assetlib.search.evaluate import matching
from assetlib.search.filters.moments import Clock
from assetlib.search.language.tree import Node, Query
from assetlib.search.named import know_what_is_named
from assetlib.search.notices import Notice, notices_of
from assetlib.search.order import Chosen, Order, Shown, name_of, order_of
from assetlib.search.source import Source


@dataclass(frozen=True, slots=True)
class Page:
    ords: list[int]
    next_cursor: str = ""
    previous_cursor: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What a query's tree found in one snapshot, and the order it is shown in."""

    source: Source
    node: Node
    clock: Clock
    chosen: Chosen
    order: Order
    sort: str
    notices: Sequence[Notice]

    def page(self, limit: int, begin: str | int) -> Page:
        """Return the page at a cursor, or behind so many images."""
        if not begin or isinstance(begin, int):
            skip = begin or 0
            shown = self.order.first(self.chosen, limit, skip=skip)
            more = shown.of > skip + len(shown.ords)
            return self._page(shown.ords, more_before=bool(skip), more_after=more)
        cursor = read_cursor(begin, self.source.workspace, self.sort)
        order = self.order.turned() if cursor.turned else self.order
        shown = order.first(self.chosen, limit, behind=cursor.place)
        more, behind = shown.of > len(shown.ords), shown.of < self.chosen.total
        if cursor.turned:
            return self._page(shown.ords[::-1], more_before=more, more_after=behind)
        return self._page(shown.ords, more_before=behind, more_after=more)

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

    def around(self, ord_: int, limit: int) -> tuple[Shown, Shown]:
        """Return what comes before the image, nearest first, and after it; itself in neither."""
        place = self.order.place(ord_)
        before, after = self.order.turned(), self.order
        return (
            before.first(self.chosen, limit, behind=place),
            after.first(self.chosen, limit, behind=place),
        )


def search(workspace: Workspace, query: Query, now: datetime | None) -> Result:
    source = Source(workspace)
    clock = Clock(now or timezone.now(), workspace.zone)
    know_what_is_named(query, source)
    notices = notices_of(query, source)
    mask = matching(query.node, source, clock)
    order = order_of(query.sort, source)
    return Result(source, query.node, clock, Chosen(mask), order, name_of(query.sort), notices)
