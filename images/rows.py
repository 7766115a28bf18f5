"""The rows of images, written in bulk. All that reads or changes them is the ORM's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

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


def add_images(acting: Acting, new: Sequence[NewImage]) -> list[Image]:
    """Add the images at the end of the workspace, and return them as they are now."""
    workspace, first = acting.workspace, acting.workspace.next_ord
    workspace.next_ord += len(new)
    at, by = _moment(acting.at), acting.by.pk if acting.by else None
    stamp = (at, by, str(acting.origin), at, 0)
    rows = (
        (workspace.pk, ord_, new_public_id(), *_stored(each), *stamp)
        for ord_, each in enumerate(new, first)
    )
    bulk.insert("images_image", COLUMNS, rows)
    return list(workspace.images.filter(ord__gte=first).order_by("ord")) if new else []


def _stored(new: NewImage) -> tuple[Any, ...]:
    return (*new[:2], str(new.format), *new[3:7], json.dumps(new.camera), _moment(new.taken_at))


def _moment(moment: datetime | None) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)
