"""The rows of images, written in bulk. All that reads or changes them is the ORM's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from assetlib.accounts.models import Workspace
from assetlib.changes.act import Acting
from assetlib.rows import bulk
from images.models import Format, Image, new_public_id


class NewImage(NamedTuple):
    """What is known of an image before it has a row."""

    filename: str
    sha256: str
    format: Format
    size: int
    width: int
    height: int
    orientation: int
    camera: dict[str, Any]
    taken_at: datetime | None


# In the order of the model, whose others are NEW's.
COLUMNS = (
    "workspace_id",
    "ord",
    "public_id",
    *NewImage._fields,
    "uploaded_at",
    "uploaded_by_id",
    "origin",
    "updated_at",
    "metadata_version",
)
# What no image has that has only come, by name.
NEW = {"touched_at": None, "deleted_at": None, "deleted_by_id": None}


def add_images(acting: Acting, new: Sequence[NewImage]) -> list[Image]:
    """Add the images at the end of the workspace, and return them as they are now."""
    workspace, first = acting.workspace, acting.workspace.next_ord
    workspace.next_ord += len(new)
    begun = [(workspace.pk, ord_, new_public_id()) for ord_ in range(first, workspace.next_ord)]
    by, origin = acting.by.pk if acting.by else None, str(acting.origin)
    at = _moment(acting.at)
    stamp = (at, by, origin, at, 0)
    rows = [(*begin, *_stored(each), *stamp) for begin, each in zip(begun, new, strict=True)]
    bulk.insert("images_image", COLUMNS, rows)
    # Reading them anew would take as long as all of this.
    pks = workspace.images.filter(ord__gte=first).order_by("ord").values_list("pk", flat=True)
    stamp = (acting.at, by, origin, acting.at, 0)
    return [
        _image(workspace, (pk, *begin, *each, *stamp))
        for pk, begin, each in zip(pks if new else (), begun, new, strict=True)
    ]


def _stored(new: NewImage) -> tuple[Any, ...]:
    return (*new[:2], str(new.format), *new[3:7], json.dumps(new.camera), _moment(new.taken_at))


def _moment(moment: datetime | None) -> Any:
    return connection.ops.adapt_datetimefield_value(moment) if moment else None


def _image(workspace: Workspace, row: tuple[Any, ...]) -> Image:
    image = Image.from_db(connection.alias, ["id", *COLUMNS, *NEW], [*row, *NEW.values()])
    image.workspace = workspace
    return image
