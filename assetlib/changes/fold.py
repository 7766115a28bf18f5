"""What an act of many steps changed of the same thing more than once, as one change of it. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from assetlib.changes.models import ChangeKind
from assetlib.changes.record import Recorded

_thing = attrgetter("image_id", "key_id", "tag_id", "project_id")
# What is applied to an image each mirror knows for itself.
_applied = attrgetter("image_id", "old_mirror_id")


class Folded(NamedTuple):
    """One change a thing, and those before that somebody else has changed what they came to."""

    changes: list[Recorded]
    parted: list[Recorded]


def fold(kind: str, changes: Sequence[Recorded]) -> Folded:
    """Return one change a thing, from what it was at first to what it came to at last.

    The changes are of this kind, of a thing the newest first. What ends where it began is no change
    at all.
    """
    of = _applied if kind == ChangeKind.BASE else _thing
    # Nearly always nothing is changed twice.
    if len(set(map(of, changes))) == len(changes):
        return Folded([*changes], [])
    by_thing: dict[object, list[Recorded]] = defaultdict(list)
    for change in changes:
        by_thing[of(change)].append(change)
    folded = Folded([], [])
    for whole in by_thing.values():
        change, parted = _joined(whole)
        folded.parted.extend(parted)
        if len(whole) == 1 or not _is_none(change):
            folded.changes.append(change)
    return folded


def _joined(changes: Sequence[Recorded]) -> tuple[Recorded, Sequence[Recorded]]:
    """Join the newest with those that lead up to it; return the rest, too."""
    whole = changes[0]
    for at, change in enumerate(changes[1:], 1):
        if (change.new_type, change.new) != (whole.old_type, whole.old):
            return whole, changes[at:]
        whole = whole._replace(
            old_type=change.old_type,
            old=change.old,
            old_origin=change.old_origin,
            old_mirror_id=change.old_mirror_id,
        )
    return whole, ()


def _is_none(change: Recorded) -> bool:
    if (change.old_type, change.old) != (change.new_type, change.new):
        return False
    # Whose a tag was is not noted when it is taken off.
    was = change.old_origin, change.old_mirror_id
    return not change.old_origin or was == (change.new_origin, change.new_mirror_id)
