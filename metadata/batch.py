"""Many images changed while somebody waits: each for itself, and all of them one change set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assetlib.changes.act import Acting
from images.models import Brief
from metadata.annotate import annotate
from metadata.edits import problems_of
from metadata.json_rules import Problem
from metadata.many import Update


@dataclass(frozen=True, slots=True)
class Updated:
    """What became of one update; with problems nothing of it was done."""

    changed: bool = False
    problems: tuple[Problem, ...] = ()


def update_now(acting: Acting, updates: Sequence[Update]) -> list[Updated]:
    """Carry out the updates that can be, at most one an image, and say what each came to.

    Raises InvalidEditError, and changes nothing, where an image would hold too many entries.
    """
    asked = [update.image_id for update in updates]
    alive = acting.workspace.images.alive().filter(public_id__among=asked).brief()
    images = {image.public_id: image for image in alive}
    refused = {update.image_id: _refusal(update, images) for update in updates}
    good = [update for update in updates if not refused[update.image_id]]
    outcomes = annotate(acting, [update.edit(images[update.image_id]) for update in good])
    changed = {outcome.image.public_id for outcome in outcomes if outcome.changed}
    return [Updated(name in changed, refused[name]) for name in asked]


def _refusal(update: Update, images: Mapping[str, Brief]) -> tuple[Problem, ...]:
    if update.image_id not in images:
        return (Problem("id", f"There is no image “{update.image_id}”."),)
    return tuple(problems_of([update]))
