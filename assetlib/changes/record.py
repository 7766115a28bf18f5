"""What an act has changed, noted as it happens and written to the history at its end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

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


PLAIN = (
    "image_id",
    "subject",
    "key_id",
    "tag_id",
    "project_id",
    "old_type",
    "old",
    "old_mirror_id",
    "new_type",
    "new",
    "new_mirror_id",
)
# All in one go: half the time of reading them one by one.
_plain = attrgetter(*PLAIN)
COLUMNS = (*(f'"{name}"' for name in PLAIN), "change_set_id", "kind", "old_origin", "new_origin")


def write(change_set: ChangeSet, changes: Iterable[Recorded]) -> None:
    pk = change_set.pk
    bulk.insert(
        "changes_change",
        COLUMNS,
        ((*_plain(c), pk, str(c.kind), str(c.old_origin), str(c.new_origin)) for c in changes),
    )
