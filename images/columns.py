"""The columns that say what an image is by itself and where it is filed, and their derivation.

The operations put what they change; `put_stretch` puts the same from the tables, for a rebuild
and for whoever verifies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import UTC, datetime, timedelta
from typing import Any

from assetlib.accounts.models import Workspace
from assetlib.changes.act import Acting
from assetlib.columns.form import normalise
from assetlib.columns.kinds import BITS, CODES, FLOATS, LISTS, MOMENTS, NO_TIME, TEXTS, Column
from assetlib.columns.writing import Sheet
from images.models import Batch, Format, Image, Membership, Split

ALIVE = Column("alive", BITS)
WIDTH = Column("width", CODES)
HEIGHT = Column("height", CODES)
SIZE = Column("size", FLOATS)
FORMAT = Column("format", CODES)
UPLOADED = Column("uploaded", MOMENTS)
UPDATED = Column("updated", MOMENTS)
TAKEN = Column("taken", MOMENTS)
FILENAME = Column("filename", TEXTS)
# A membership is its project's key and its split's place in one number; see `membership_code`.
PROJECTS = Column("projects", LISTS)
BATCHES = Column("batches", LISTS)

# Codes are places in these, from 1 for formats; new ones go to the end.
FORMATS: tuple[str, ...] = tuple(Format.values)
SPLITS: tuple[str, ...] = tuple(Split.values)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def microseconds(moment: datetime | None) -> int:
    """Return the moment as columns have it, since 1970."""
    return NO_TIME if moment is None else (moment - EPOCH) // MICROSECOND


def membership_code(project_id: int, split: str) -> int:
    return project_id * len(SPLITS) + SPLITS.index(split)


def put_images(sheet: Sheet, images: Sequence[Image]) -> None:
    """Put what the images' own rows say."""
    ords = [image.ord for image in images]
    columns: dict[Column[Any], list[Any]] = {
        ALIVE: [image.deleted_at is None for image in images],
        WIDTH: [image.width for image in images],
        HEIGHT: [image.height for image in images],
        SIZE: [image.size for image in images],
        FORMAT: [FORMATS.index(image.format) + 1 for image in images],
        UPLOADED: [microseconds(image.uploaded_at) for image in images],
        UPDATED: [microseconds(image.updated_at) for image in images],
        TAKEN: [microseconds(image.taken_at) for image in images],
        FILENAME: [normalise(image.filename) for image in images],
    }
    for column, values in columns.items():
        sheet.put(column, ords, values)


def put_updated(acting: Acting, ords: Sequence[int]) -> None:
    acting.sheet.put(UPDATED, ords, [microseconds(acting.at)] * len(ords))


def put_memberships(sheet: Sheet, ord_by_id: Mapping[int, int]) -> None:
    """Put where the images, given as ord by primary key, are filed by now."""
    rows = list(_memberships(ord_by_id))
    _add_batches({(project, batch) for _, project, _, batch in rows if batch})
    _put_memberships(sheet, ord_by_id, rows)


Row = tuple[int, int, str, str]


def _put_memberships(sheet: Sheet, ord_by_id: Mapping[int, int], rows: Sequence[Row]) -> None:
    named = _batches({(project, batch) for _, project, _, batch in rows if batch})
    projects: dict[int, list[int]] = {ord_: [] for ord_ in ord_by_id.values()}
    in_batches: dict[int, list[int]] = {ord_: [] for ord_ in ord_by_id.values()}
    for image, project, split, batch in rows:
        projects[ord_by_id[image]].append(membership_code(project, split))
        if batch:
            # Nobody's, where an operation has left it out: whoever verifies is to see that.
            in_batches[ord_by_id[image]].append(named.get((project, batch), 0))
    sheet.put(PROJECTS, projects, projects.values())
    sheet.put(BATCHES, in_batches, in_batches.values())


def _memberships(images: Iterable[int]) -> Iterable[Row]:
    rows = Membership.objects.filter(image_id__among=images).order_by()
    return rows.values_list("image_id", "project_id", "split", "batch")


def _batches(names: Set[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """Return the primary keys of those batches, given as (project, name), that are known."""
    rows = Batch.objects.filter(project__in={project for project, _ in names})
    return {
        (project, name): pk
        for project, name, pk in rows.values_list("project_id", "name", "pk")
        if (project, name) in names
    }


def _add_batches(names: Set[tuple[int, str]]) -> None:
    new = sorted(names - _batches(names).keys())
    Batch.objects.bulk_create(Batch(project_id=project, name=name) for project, name in new)


def put_stretch(sheet: Sheet, workspace: Workspace, ords: range) -> None:
    """Put all that the tables say of the images with these ords. Reads only."""
    images = list(workspace.images.filter(ord__gte=ords.start, ord__lt=ords.stop))
    put_images(sheet, images)
    ord_by_id = {image.pk: image.ord for image in images}
    rows = list(_memberships(ord_by_id))
    _put_memberships(sheet, ord_by_id, rows)


def add_missing_batches(workspace: Workspace) -> None:
    """Add the batches some membership names and nobody has added."""
    rows = Membership.objects.filter(project__workspace=workspace).exclude(batch="").order_by()
    _add_batches(set(rows.values_list("project_id", "batch").distinct()))
