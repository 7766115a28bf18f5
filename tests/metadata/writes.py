"""Short ways to write and read metadata in tests."""

from __future__ import annotations

from typing import Any

from assetlib.accounts.models import User
from assetlib.changes.act import act
from assetlib.changes.models import ActKind, ChangeSet, Origin
from images.models import Image
from metadata.annotate import annotate
from metadata.edits import Edit
from metadata.models import Entry
from metadata.values import Scalar, from_json


def edit(
    image: Image,
    entries: dict[str, Scalar] | None = None,
    *,
    by: User | None = None,
    origin: Origin = Origin.USER,
    **rest: Any,
) -> ChangeSet | None:
    """Set the entries on the image, as JSON scalars; other fields of the Edit by name."""
    values = {key: from_json(raw) for key, raw in (entries or {}).items()}
    with act(image.workspace, by=by, origin=origin, kind=ActKind.EDIT) as acting:
        annotate(acting, [Edit(image, set=values, **rest)])
    return acting.change_set


def held(image: Image) -> dict[str, Scalar]:
    return {each.key.name: each.typed.json for each in Entry.objects.filter(image=image).shown()}


def tags_of(image: Image) -> list[str]:
    return sorted(image.image_tags.values_list("tag__name", flat=True))
