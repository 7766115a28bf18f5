"""What an export says of an image: read a batch at a time, each in one snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assetlib.accounts.models import Workspace
from assetlib.annotations.drawn import Drawn
from assetlib.annotations.shown import boxes_of
from assetlib.columns.snapshot import read_snapshot
from images.models import Image, Membership
from metadata.shown import metadata_of, tags_of
from metadata.values import Value


@dataclass(frozen=True, slots=True)
class Filed:
    """An image's place in a project."""

    project: str
    split: str
    batch: str


NOWHERE = Filed("", "", "")


@dataclass(frozen=True, slots=True)
class Exported:
    """An image with all that is said of it; `place` is its place in the project of the export."""

    image: Image
    metadata: dict[str, Value]
    tags: Sequence[str]
    filed: Sequence[Filed]
    boxes: Sequence[Drawn]
    place: Filed

    @property
    def user_metadata(self) -> dict[str, str | float | bool]:
        return {key: value.json for key, value in self.metadata.items()}

    @property
    def facts(self) -> dict[str, Any]:
        """Return what is known of the image besides its metadata and boxes, as JSON has it."""
        image = self.image
        return {
            "id": image.public_id,
            "filename": image.filename,
            "width": image.width,
            "height": image.height,
            "format": image.format,
            "size": image.size,
            "sha256": image.sha256,
            "uploaded_at": moment(image.uploaded_at),
            "taken_at": moment(image.taken_at),
            "origin": image.origin,
            "tags": list(self.tags),
            "projects": [
                {"project": each.project, "split": each.split, "batch": each.batch}
                for each in self.filed
            ],
            "split": self.place.split,
            "batch": self.place.batch,
        }

    @property
    def said(self) -> dict[str, Any]:
        """Return all of it, as JSON has it."""
        return {
            **self.facts,
            "metadata": self.user_metadata,
            "boxes": [
                {
                    "class": box.class_name,
                    "left": box.left,
                    "top": box.top,
                    "width": box.width,
                    "height": box.height,
                }
                for box in self.boxes
            ],
        }


def read_exported(workspace: Workspace, ords: Sequence[int], project: str) -> list[Exported]:
    """Return the images with these ords that are not in the trash, in their order.

    `project` is the slug of the one whose splits and batches are meant; without it an image's first
    ones are.
    """
    with read_snapshot():
        images = list(workspace.images.alive().at(ords).defer("camera").order_by("ord"))
        pks = [image.pk for image in images]
        metadata, tags, filed = metadata_of(pks), tags_of(pks), _filed(pks)
        boxes = boxes_of(pks)
    for image in images:
        # Where the file lies, the workspace says; nobody asks the database for it again.
        image.workspace = workspace
    return [
        Exported(
            image,
            metadata[image.pk],
            tags[image.pk],
            filed[image.pk],
            boxes[image.pk],
            _place(filed[image.pk], project),
        )
        for image in images
    ]


def _filed(images: Sequence[int]) -> dict[int, list[Filed]]:
    filed: dict[int, list[Filed]] = {image: [] for image in images}
    rows = Membership.objects.filter(image_id__among=images).order_by()
    for image, *place in sorted(
        rows.values_list("image_id", "project__slug", "split", "batch"), key=lambda row: row[1]
    ):
        filed[image].append(Filed(*place))
    return filed


def _place(filed: Sequence[Filed], project: str) -> Filed:
    if project:
        return next((each for each in filed if each.project == project), NOWHERE)
    split = next((each.split for each in filed if each.split), "")
    batch = next((each.batch for each in filed if each.batch), "")
    return Filed("", split, batch)


def moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
