"""Many images changed at once by their ids; each stands for itself, and all are one change set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assetlib.changes.act import Acting
from images.models import Brief
from metadata.annotate import annotate
from metadata.edits import Edit, check_edits
from metadata.errors import InvalidEditError
from metadata.json_rules import MetadataProblem, Problem, flatten_patch


@dataclass(frozen=True, slots=True)
class Update:
    """What is to change on the image of this id; `set` is JSON, in which null removes a key."""

    public_id: str
    set: Mapping[str, object] = field(default_factory=dict)
    remove: Sequence[str] = ()
    add_tags: Sequence[str] = ()
    remove_tags: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Updated:
    """What became of one update; with problems nothing of it was done."""

    public_id: str
    changed: bool
    problems: tuple[Problem, ...] = ()


def update_many(acting: Acting, updates: Sequence[Update]) -> list[Updated]:
    """Carry out the updates that can be, at most one an image, and say what each came to.

    Raises InvalidEditError, and changes nothing, where an image would hold too many entries.
    """
    ids = {update.public_id for update in updates}
    images = {
        image.public_id: image
        for image in acting.workspace.images.alive().filter(public_id__among=ids).brief()
    }
    edits: dict[str, Edit] = {}
    refused: dict[str, tuple[Problem, ...]] = {}
    for update in updates:
        try:
            edits[update.public_id] = _edit_of(update, images)
        except (MetadataProblem, InvalidEditError) as refusal:
            refused[update.public_id] = refusal.problems
    outcomes = annotate(acting, list(edits.values()))
    changed = {outcome.image.public_id: outcome.changed for outcome in outcomes}
    return [
        Updated(name, changed.get(name, False), refused.get(name, ()))
        for name in (update.public_id for update in updates)
    ]


def _edit_of(update: Update, images: Mapping[str, Brief]) -> Edit:
    image = images.get(update.public_id)
    if image is None:
        raise InvalidEditError([Problem("id", f"there is no image “{update.public_id}”")])
    patch = flatten_patch(dict(update.set))
    edit = Edit(
        image,
        set=patch.set,
        remove=[*patch.remove, *update.remove],
        add_tags=update.add_tags,
        remove_tags=update.remove_tags,
    )
    check_edits([edit])
    return edit
