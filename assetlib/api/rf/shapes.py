"""Projects and images as the official client reads them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from assetlib.accounts.models import Workspace
from assetlib.annotations.drawn import Drawn
from assetlib.search.projects import Holding, holdings
from images.files import original_url, rendition_url
from images.models import Image, Membership, Project, Split
from metadata.values import Value

# The splits that are counted, as the client names them.
SPLITS = [str(split) for split in (Split.TRAIN, Split.VALID, Split.TEST)]
TYPE, LICENSE = "object-detection", "Private"


def project_objects(workspace: Workspace, projects: Sequence[Project]) -> list[dict[str, Any]]:
    """Return projects with all that the client looks for in one."""
    held = holdings(workspace, projects)
    return [_project_object(workspace, each, held[each.pk]) for each in projects]


def _project_object(workspace: Workspace, project: Project, held: Holding) -> dict[str, Any]:
    created = project.created_at.timestamp()
    return {
        "id": f"{workspace.slug}/{project.slug}",
        "type": TYPE,
        "name": project.name,
        "created": created,
        "updated": created,
        "images": held.images,
        "unannotated": held.images - held.annotated,
        "annotation": project.slug,
        "public": False,
        "license": LICENSE,
        "multilabel": False,
        "splits": {split: held.splits[split] for split in SPLITS},
        "classes": held.classes,
        "colors": {},
        "versions": 0,
    }


@dataclass(frozen=True, slots=True)
class Shown:
    """An image with what is said of it and where it is filed."""

    image: Image
    metadata: Mapping[str, Value]
    tags: Sequence[str]
    memberships: Sequence[Membership]
    boxes: Sequence[Drawn] = ()

    @property
    def user_metadata(self) -> dict[str, str | float | bool]:
        return {key: value.json for key, value in self.metadata.items()}

    @property
    def split(self) -> str:
        return next((each.split for each in self.memberships if each.split), "")

    @property
    def classes(self) -> dict[str, int]:
        """The classes of its boxes, with how many there are of each."""
        return dict(Counter(box.class_name for box in self.boxes))

    @property
    def batch(self) -> str:
        return next((each.batch for each in self.memberships if each.batch), "")


def memberships_of(images: Sequence[Image]) -> dict[int, list[Membership]]:
    """Return where images are filed, by their primary keys: one question."""
    filed: dict[int, list[Membership]] = {image.pk: [] for image in images}
    rows = Membership.objects.filter(image_id__among=list(filed)).select_related("project")
    for each in rows.order_by("project__name"):
        filed[each.image_id].append(each)
    return filed


Field = Callable[[Shown, HttpRequest], Any]

# What may be asked for of a hit, besides its id, which it always has.
FIELDS: dict[str, Field] = {
    "created": lambda shown, _: int(shown.image.uploaded_at.timestamp() * 1_000),
    "name": lambda shown, _: shown.image.filename,
    "filename": lambda shown, _: shown.image.filename,
    "labels": lambda shown, _: list(shown.classes),
    "annotations": lambda shown, _: {"count": len(shown.boxes), "classes": shown.classes},
    "split": lambda shown, _: shown.split,
    "tags": lambda shown, _: list(shown.tags),
    "owner": lambda shown, _: shown.image.workspace.slug,
    "user_metadata": lambda shown, _: shown.user_metadata,
    "projects": lambda shown, _: [each.project.slug for each in shown.memberships],
    "width": lambda shown, _: shown.image.width,
    "height": lambda shown, _: shown.image.height,
    "aspectRatio": lambda shown, _: round(shown.image.width / shown.image.height, 4),
    "url": lambda shown, request: request.build_absolute_uri(original_url(shown.image)),
    "mediaType": lambda _shown, _request: "image",
    "batch": lambda shown, _: shown.batch,
}
# These alone need the boxes.
OF_BOXES = {"labels", "annotations"}
DEFAULT_FIELDS = ("name", "created", "tags", "user_metadata")


def hit(shown: Shown, fields: Sequence[str], request: HttpRequest) -> dict[str, Any]:
    said = {name: FIELDS[name](shown, request) for name in fields if name in FIELDS}
    return {"id": shown.image.public_id} | said


def details(shown: Shown, project: Project, request: HttpRequest) -> dict[str, Any]:
    """Return all that is known of one image, as one of the project."""
    image = shown.image
    names = [image.workspace.slug, project.slug, image.public_id]
    return {
        "id": image.public_id,
        "name": image.filename,
        "annotation": annotation_object(image, shown.boxes) if shown.boxes else {},
        "labels": list(shown.classes),
        "split": shown.split,
        "tags": list(shown.tags),
        "created": int(image.uploaded_at.timestamp() * 1_000),
        "urls": {
            "original": request.build_absolute_uri(original_url(image)),
            "thumb": request.build_absolute_uri(rendition_url(image, "thumb")),
            "annotation": request.build_absolute_uri(reverse("rf:annotation", args=names)),
        },
        "user_metadata": shown.user_metadata,
        "metadata": shown.user_metadata,
        "width": image.width,
        "height": image.height,
    }


def annotation_object(image: Image, boxes: Sequence[Drawn]) -> dict[str, Any]:
    """Return boxes as the client's users know them: by their centres, in pixels."""
    return {
        "key": image.filename,
        "width": image.width,
        "height": image.height,
        "boxes": [
            {
                "label": box.class_name,
                "x": box.left + box.width / 2,
                "y": box.top + box.height / 2,
                "width": box.width,
                "height": box.height,
            }
            for box in boxes
        ],
    }
