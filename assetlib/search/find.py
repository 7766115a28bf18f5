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

from assetlib.accounts.models import Workspace
from assetlib.columns.snapshot import read_snapshot
from assetlib.search.facets import Asked, Facet, facets_of
from assetlib.search.language.errors import QueryError
from assetlib.search.language.parser import parse
from assetlib.search.language.tree import Query
from assetlib.search.notices import Notice
from assetlib.search.result import search
from images.models import Image
from metadata.shown import metadata_of, tags_of
from metadata.values import Value

STRIP = 5


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what a query found. With an error there is no query and there are no images.

    `metadata`, `tags` and `box_counts` are by the images' primary keys.
    """

    query: Query | None
    error: QueryError | None = None
    notices: Sequence[Notice] = ()
    total: int = 0
    images: list[Image] = field(default_factory=list)
    metadata: dict[int, dict[str, Value]] = field(default_factory=dict)
    tags: dict[int, list[str]] = field(default_factory=dict)
    box_counts: dict[int, int] = field(default_factory=dict)
    next_cursor: str = ""
    previous_cursor: str = ""
    facets: tuple[Facet, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is read of the images of a page.

    Of their own fields just these, or all but the camera's; what is said of them under these keys,
    or under all; their tags, or not.
    """

    fields: Sequence[str] = ()
    keys: Sequence[str] | None = None
    tags: bool = True


def find(
    workspace: Workspace,
    text: str,
    *,
    limit: int = 50,
    cursor: str | int = "",
    wanted: Wanted = Wanted(),
    facets: Sequence[Asked] = (),
    now: datetime | None = None,
) -> Found:
    """Return the page of what the query finds that begins, or ends, at the cursor.

    A number for a cursor begins it behind so many images, however many come and go meanwhile.

    With the images comes what is said of them, and the facets that are asked for, of all that is
    found. Raises CursorError, and nothing else for whatever text.
    """
    try:
        query = parse(text)
    except QueryError as error:
        return Found(None, error)
    with read_snapshot():
        result = search(workspace, query, now)
        page = result.page(limit, cursor)
        images = _images(workspace, page.ords, wanted.fields)
        pks = [image.pk for image in images]
        metadata = metadata_of(pks, wanted.keys)
        tags = tags_of(pks) if wanted.tags else {}
        box_counts = dict(zip(pks, result.source.box_counts()[page.ords].tolist(), strict=True))
        counted = facets_of(result, facets)
    return Found(
        query,
        None,
        result.notices,
        result.chosen.total,
        images,
        metadata,
        tags,
        box_counts,
        page.next_cursor,
        page.previous_cursor,
        counted,
    )


def neighbours(
    workspace: Workspace, text: str, image: Image, *, now: datetime | None = None
) -> Neighbours:
    """Return what lies around the image within the query, as the image's page shows it."""
    try:
        query = parse(text)
    except QueryError:
        return Neighbours()
    with read_snapshot():
        result = search(workspace, query, now)
        before, after = result.around(image.ord, STRIP)
        images = _images(workspace, [*before.ords[::-1], *after.ords])
    nearest = len(before.ords)
    return Neighbours(
        images[:nearest],
        images[nearest:],
        before.of + 1 if result.chosen.mask[image.ord] else None,
        result.chosen.total,
    )


def _images(workspace: Workspace, ords: Sequence[int], fields: Sequence[str] = ()) -> list[Image]:
    """Return the images in the order of their ords: one question."""
    rows = workspace.images.at(ords)
    rows = rows.only("workspace", "ord", *fields) if fields else rows.defer("camera")
    found = {image.ord: image for image in rows}
    return [found[ord_] for ord_ in ords]
