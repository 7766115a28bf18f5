"""What an act has changed, noted as it happens and written to the history at its end."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import NamedTuple

from assetlib.changes.models import ChangeSet
from assetlib.rows import bulk


class Recorded(NamedTuple):
    """A change under way; the fields are those of `models.Change`, which it becomes."""

    image_id: int
    kind: str
    subject: str
    key_id: int | None = None
    tag_id: int | None = None
    project_id: int | None = None
    old_type: str = ""
    old: str = ""
    old_origin: str = ""
    old_mirror_id: int | None = None
    new_type: str = ""
    new: str = ""
    new_origin: str = ""
    new_mirror_id: int | None = None


COLUMNS = (*(f'"{name}"' for name in Recorded._fields), "change_set_id")


def write(change_set: ChangeSet, changes: Iterable[Recorded]) -> None:
    """Write what was recorded, image by image."""
    pk = change_set.pk
    by_image = sorted(changes, key=attrgetter("image_id"))
    bulk.insert("changes_change", COLUMNS, [(*change, pk) for change in by_image])
