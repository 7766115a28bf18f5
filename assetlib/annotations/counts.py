"""The counters of classes: of images that are not in the trash."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count

from assetlib.accounts.models import Workspace
from assetlib.annotations.models import Box
from assetlib.changes.act import Acting
from assetlib.changes.record import Recorded
from assetlib.rows import bulk


def add_counts(deltas: Mapping[int, int]) -> None:
    """Add to how many images have each class, given by primary key."""
    bulk.add("annotations_classname", "image_count", deltas)


def follow_presence(_acting: Acting, changes: Sequence[Recorded]) -> None:
    """Take an image's classes out of the counts when it leaves, and in when it comes back."""
    counts: Counter[int] = Counter()
    counts.subtract(_counted(change.image_id for change in changes if change.new_type == "trash"))
    counts.update(_counted(change.image_id for change in changes if change.old_type == "trash"))
    add_counts(counts)


def _counted(images: Iterable[int]) -> dict[int, int]:
    rows = Box.objects.filter(image_id__among=list(images)).order_by()
    by_class = rows.values_list("class_name_id").annotate(n=Count("image_id", distinct=True))
    return dict(by_class)


@dataclass(frozen=True, slots=True)
class WrongCount:
    """A class whose counter is off."""

    pk: int
    name: str
    counted: int
    noted: int

    def __str__(self) -> str:
        return f"class {self.name}: {self.noted:,} noted, {self.counted:,} there"


def wrong_counts(workspace: Workspace) -> Iterator[WrongCount]:
    """Yield every counter that is not what it should be."""
    boxes = Box.objects.filter(class_name__workspace=workspace, image__deleted_at=None).order_by()
    there = dict(boxes.values_list("class_name_id").annotate(n=Count("image_id", distinct=True)))
    for pk, name, noted in workspace.class_names.values_list("pk", "name", "image_count"):
        if there.get(pk, 0) != noted:
            yield WrongCount(pk, name, there.get(pk, 0), noted)


def mend_counts(workspace: Workspace) -> None:
    with transaction.atomic():
        locked = Workspace.objects.lock(workspace.pk)
        add_counts({wrong.pk: wrong.counted - wrong.noted for wrong in wrong_counts(locked)})
