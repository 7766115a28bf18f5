"""What an act has changed, noted as it happens and written to the history at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assetlib.changes.models import ChangeKind, ChangeSet
from assetlib.rows import bulk


@dataclass(slots=True)
class Recorded:
    """A change under way; the fields are those of `models.Change`, which it becomes."""

    image_id: int
    kind: ChangeKind
    subject: str
    key_id: int | None = None
    tag_id: int | None = None
    project_id: int | None = None
    old_type: str = ""
    old: str = ""
    old_origin: str = ""
    new_type: str = ""
    new: str = ""
    new_origin: str = ""
    old_mirror_id: int | None = None
    new_mirror_id: int | None = None


COLUMNS = (
    "change_set_id",
    "image_id",
    "kind",
    "subject",
    "key_id",
    "tag_id",
    "project_id",
    "old_type",
    '"old"',
    "old_origin",
    "new_type",
    '"new"',
    "new_origin",
    "old_mirror_id",
    "new_mirror_id",
)


def write(change_set: ChangeSet, changes: Sequence[Recorded]) -> None:
    bulk.insert(
        "changes_change",
        COLUMNS,
        (
            (
                change_set.pk,
                c.image_id,
                str(c.kind),
                c.subject,
                c.key_id,
                c.tag_id,
                c.project_id,
                c.old_type,
                c.old,
                str(c.old_origin),
                c.new_type,
                c.new,
                str(c.new_origin),
                c.old_mirror_id,
                c.new_mirror_id,
            )
            for c in changes
        ),
    )
