"""What projects hold, counted from the columns: a workspace's all at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from assetlib.accounts.models import Workspace
from assetlib.columns.snapshot import read_snapshot
from assetlib.search.source import Source
from images.columns import SPLITS, membership_code
from images.models import Project


@dataclass(frozen=True, slots=True)
class Holding:
    """Images outside the trash by split, how many of them have boxes, and boxes by class."""

    splits: dict[str, int]
    annotated: int
    classes: dict[str, int]

    @property
    def images(self) -> int:
        return sum(self.splits.values())


def holdings(workspace: Workspace, projects: Iterable[Project]) -> dict[int, Holding]:
    """Return what each of the workspace's projects holds, by primary key."""
    with read_snapshot():
        source = Source(workspace)
        alive, boxes = source.alive(), source.box_lists()
        filed = source.memberships().counts_at(alive)
        names = dict(workspace.class_names.values_list("pk", "name"))
        found = {}
        for project in projects:
            splits = {
                split: int(filed[code]) if code < filed.size else 0
                for split in SPLITS
                for code in [membership_code(project.pk, split)]
            }
            within = source.members([project.pk]) & alive
            counts = boxes.counts_at(within)
            classes = {names[pk]: int(counts[pk]) for pk in np.flatnonzero(counts).tolist()}
            annotated = int(np.count_nonzero(boxes.present & within))
            found[project.pk] = Holding(splits, annotated, classes)
    return found
