"""text → query → mask → page: what the Asset Library, the API and everything else searches with.

    page = find(workspace, 'camera_id:cam001 -reviewed:true', limit=50)
    page.total, page.images, page.next_cursor

All reads of one call are in one snapshot, so page and total agree. Text that cannot be read is no
exception: the answer says what is wrong, and holds no images.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from django.db.models import Prefetch
from django.utils import timezone

from assetlib.accounts.models import Workspace
from assetlib.changes.batches import batches
from assetlib.columns.codec import Array
from assetlib.columns.snapshot import read_snapshot
from assetlib.search.cursor import Cursor, read_cursor
from assetlib.search.evaluate import matching
from assetlib.search.filters.moments import Clock
from assetlib.search.language.errors import QueryError
from assetlib.search.language.parser import parse
from assetlib.search.language.tree import Query
from assetlib.search.notices import Notice, notices_of
from assetlib.search.order import Order, name_of, order_of
from assetlib.search.source import Mask, Source
from images.models import Image, Membership
from metadata.models import Entry, ImageTag

STRIP = 5


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what a query found. With an error there is no query and there are no images."""

    query: Query | None
    error: QueryError | None = None
    notices: Sequence[Notice] = ()
    total: int = 0
    images: list[Image] = field(default_factory=list)
    next_cursor: str = ""
    previous_cursor: str = ""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What lies around an image within a query, up to five each side, nearest to it in the middle.

    `position` counts from 1; it is None when the query does not find the image (any more).
    """

    before: list[Image] = field(default_factory=list)
    after: list[Image] = field(default_factory=list)
    position: int | None = None
    total: int = 0

    @property
    def previous(self) -> Image | None:
        return self.before[-1] if self.before else None

    @property
    def next(self) -> Image | None:
        return self.after[0] if self.after else None


def find(
    workspace: Workspace,
    text: str,
    *,
    limit: int = 50,
    cursor: str = "",
    now: datetime | None = None,
) -> Found:
    """Return the page of what the query finds that begins, or ends, at the cursor.

    Raises CursorError, and nothing else for whatever text or cursor.
    """
    try:
        query = parse(text)
    except QueryError as error:
        return Found(None, error)
    with read_snapshot():
        result = _search(workspace, query, now)
        page = result.page(limit, cursor)
        images = _shown(workspace, page.ords)
    notices, total = result.notices, result.ords.size
    return Found(query, None, notices, total, images, page.next_cursor, page.previous_cursor)


def matching_ids(workspace: Workspace, text: str, *, now: datetime | None = None) -> list[int]:
    """Return the primary keys of all that the query finds, in its order; none for a wrong query."""
    try:
        query = parse(text)
    except QueryError:
        return []
    with read_snapshot():
        result = _search(workspace, query, now)
        keys = {
            ord_: pk
            for batch in batches(result.ords.tolist())
            for ord_, pk in workspace.images.filter(ord__in=batch).values_list("ord", "pk")
        }
    return [keys[ord_] for ord_ in result.order.all(result.ords).tolist()]


def neighbours(
    workspace: Workspace, text: str, image: Image, *, now: datetime | None = None
) -> Neighbours:
    """Return what lies around the image within the query, as the image's page shows it."""
    try:
        query = parse(text)
    except QueryError:
        return Neighbours()
    with read_snapshot():
        result = _search(workspace, query, now)
        before, after = result.around(image.ord)
        nearest = result.order.turned().first(before, STRIP)[::-1]
        following = result.order.first(after, STRIP)
        images = _images(workspace, [*nearest, *following])
    found = bool(result.mask[image.ord])
    return Neighbours(
        images[: len(nearest)],
        images[len(nearest) :],
        before.size + 1 if found else None,
        result.ords.size,
    )


@dataclass(frozen=True, slots=True)
class _Page:
    ords: list[int]
    next_cursor: str = ""
    previous_cursor: str = ""


@dataclass(frozen=True, slots=True)
class _Result:
    """What a query found in one snapshot: `ords` rising, `order` for how they are shown."""

    workspace: Workspace
    mask: Mask
    ords: Array
    order: Order
    sort: str
    notices: Sequence[Notice]

    def page(self, limit: int, text: str) -> _Page:
        if not text:
            ords = self.order.first(self.ords, limit)
            return self._page(ords, more_before=False, more_after=self.ords.size > len(ords))
        cursor = read_cursor(text, self.workspace, self.sort)
        order = self.order.turned() if cursor.turned else self.order
        rest = order.after(self.ords, cursor.place)
        ords = order.first(rest, limit)
        more, behind = rest.size > len(ords), rest.size < self.ords.size
        if cursor.turned:
            return self._page(ords[::-1], more_before=more, more_after=behind)
        return self._page(ords, more_before=behind, more_after=more)

    def _page(self, ords: list[int], *, more_before: bool, more_after: bool) -> _Page:
        if not ords:
            return _Page([])
        return _Page(
            ords,
            self._cursor(ords[-1], turned=False) if more_after else "",
            self._cursor(ords[0], turned=True) if more_before else "",
        )

    def _cursor(self, ord_: int, *, turned: bool) -> str:
        return Cursor(self.order.place(ord_), self.sort, turned).text(self.workspace)

    def around(self, ord_: int) -> tuple[Array, Array]:
        """Return what comes before and after the image, itself in neither."""
        place = self.order.place(ord_)
        return self.order.turned().after(self.ords, place), self.order.after(self.ords, place)


def _search(workspace: Workspace, query: Query, now: datetime | None) -> _Result:
    source = Source(workspace)
    notices = notices_of(query, source)
    mask = matching(query.node, source, Clock(now or timezone.now(), workspace.zone))
    order = order_of(query.sort, source)
    ords = np.flatnonzero(mask)
    return _Result(workspace, mask, ords, order, name_of(query.sort), notices)


def _images(workspace: Workspace, ords: Sequence[int]) -> list[Image]:
    """Return the images in the order of their ords: one question."""
    found = {image.ord: image for image in workspace.images.filter(ord__in=ords)}
    return [found[ord_] for ord_ in ords]


def _shown(workspace: Workspace, ords: Sequence[int]) -> list[Image]:
    """Return the images with what cards say of them: entries by key, tags and projects by name."""
    tags = ImageTag.objects.select_related("tag").order_by("tag__folded")
    projects = Membership.objects.select_related("project").order_by("project__name")
    images = workspace.images.filter(ord__in=ords).prefetch_related(
        Prefetch("entries", Entry.objects.shown()),
        Prefetch("image_tags", tags),
        Prefetch("memberships", projects),
    )
    found = {image.ord: image for image in images}
    return [found[ord_] for ord_ in ords]
