"""Edits of many images by their ids, each with its own: some a transaction, all one change set.

    updates = [Update("4f1c…", set={"line": from_json(3)}), Update("9a0e…", add_tags=["seen"])]
    results, change_set = update_now(workspace, updates, by=user, origin=Origin.API)
    job = enqueue_updates(workspace, updates, by=user, origin=Origin.API)

At once, for somebody who waits, or as work for a worker, which checks all of them before any is
queued. An image that is not there fails alone, and so does one that has no room for what it would
get: the others go on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from assetlib.accounts.models import Workspace
from assetlib.changes.act import Acting, Actor, act
from assetlib.changes.batches import batches
from assetlib.changes.long import close, resume
from assetlib.changes.models import ActKind, ChangeSet, Origin
from assetlib.jobs.kinds import Kind
from assetlib.jobs.models import Job
from assetlib.jobs.queue import enqueue
from assetlib.jobs.run import Run
from images.models import Brief, Image
from metadata.annotate import annotate
from metadata.edits import Edit, problems_of
from metadata.errors import InvalidEditError
from metadata.json_rules import Problem
from metadata.values import Value, from_json

KIND = "update-many"
# So many images a transaction: others write in between.
BATCH = 200


@dataclass(frozen=True, slots=True)
class Update:
    """What is to change on the image of this public id."""

    image_id: str
    set: Mapping[str, Value] = field(default_factory=dict)
    remove: Sequence[str] = ()
    add_tags: Sequence[str] = ()
    remove_tags: Sequence[str] = ()

    def edit(self, image: Image | Brief) -> Edit:
        return Edit(image, self.set, self.remove, self.add_tags, self.remove_tags)


@dataclass(frozen=True, slots=True)
class Updated:
    """What became of one update; with problems nothing of it was done.

    The problem of an image that is not there has no key.
    """

    image_id: str
    changed: bool = False
    problems: tuple[Problem, ...] = ()

    @property
    def reason(self) -> str:
        said = (
            f"{each.key}: {each.message}" if each.key else each.message for each in self.problems
        )
        return "; ".join(said)


def named_twice(image_ids: Iterable[str]) -> list[str]:
    """Return the ids that come more than once: which of its updates holds, nobody could say."""
    return [image_id for image_id, count in Counter(image_ids).items() if count > 1]


def check_updates(updates: Sequence[Update]) -> None:
    """Raise InvalidEditError with every rule that is broken, be the images there or not."""
    problems = list(problems_of(updates))
    twice = named_twice(update.image_id for update in updates)
    problems += [Problem(image_id, "this image is in the batch twice") for image_id in twice]
    if problems:
        raise InvalidEditError(problems)


class Updating:
    """Updates being carried out; `change_set` is theirs as soon as one changed something."""

    def __init__(
        self, workspace: Workspace, by: Actor, origin: Origin, into: ChangeSet | None = None
    ) -> None:
        self.workspace, self.by, self.origin, self.change_set = workspace, by, origin, into

    def step(self, updates: Sequence[Update]) -> list[Updated]:
        """Carry out these in one transaction; where an image has no room, all the others."""
        with transaction.atomic():
            return self._carry_out(updates)

    def rehearse(self, updates: Sequence[Update]) -> list[Updated]:
        """Return what `step` would; nothing is done."""
        before = self.change_set
        with transaction.atomic():
            results = self._carry_out(updates)
            transaction.set_rollback(True)
        self.change_set = before
        return results

    def _carry_out(self, updates: Sequence[Update]) -> list[Updated]:
        try:
            with act(
                self.workspace,
                by=self.by,
                origin=self.origin,
                kind=ActKind.EDIT,
                into=self.change_set,
            ) as acting:
                results = _annotate(acting, updates)
        except InvalidEditError as full:
            if len(updates) == 1:
                return [Updated(updates[0].image_id, problems=full.problems)]
            half = len(updates) // 2
            return self._carry_out(updates[:half]) + self._carry_out(updates[half:])
        self.change_set = acting.change_set or self.change_set
        return results


def update_now(
    workspace: Workspace,
    updates: Sequence[Update],
    *,
    by: Actor,
    origin: Origin,
    dry_run: bool = False,
) -> tuple[list[Updated], ChangeSet | None]:
    """Carry out the updates that can be, at most one an image; return what each came to.

    Killed in between, the first of them are done; done again, these change nothing.
    """
    updating = Updating(workspace, by, origin)
    step = updating.rehearse if dry_run else updating.step
    results = [result for batch in batches(updates, BATCH) for result in step(batch)]
    return results, updating.change_set


def enqueue_updates(
    workspace: Workspace, updates: Sequence[Update], *, by: Actor, origin: Origin
) -> Job:
    """Ask for the updates. Raises InvalidEditError; then nothing is asked for."""
    check_updates(updates)
    arguments = {"origin": origin, "updates": [_written(update) for update in updates]}
    return enqueue(workspace, KIND, arguments, by=by, total=len(updates))


def _annotate(acting: Acting, updates: Sequence[Update]) -> list[Updated]:
    asked = [update.image_id for update in updates]
    alive = acting.workspace.images.alive().filter(public_id__among=asked).brief()
    images = {image.public_id: image for image in alive}
    refused = {update.image_id: _refusal(update, images) for update in updates}
    good = [update for update in updates if not refused[update.image_id]]
    outcomes = annotate(acting, [update.edit(images[update.image_id]) for update in good])
    changed = {outcome.image.public_id for outcome in outcomes if outcome.changed}
    return [Updated(image_id, image_id in changed, refused[image_id]) for image_id in asked]


def _refusal(update: Update, images: Mapping[str, Brief]) -> tuple[Problem, ...]:
    if update.image_id not in images:
        return (Problem("", f"There is no image “{update.image_id}”."),)
    return tuple(problems_of([update]))


def _written(update: Update) -> dict[str, Any]:
    said = {
        "set": {key: value.json for key, value in update.set.items()},
        "remove": list(update.remove),
        "add_tags": list(update.add_tags),
        "remove_tags": list(update.remove_tags),
    }
    return {"image_id": update.image_id} | {name: value for name, value in said.items() if value}


def _read(said: Mapping[str, Any]) -> Update:
    entries = {key: from_json(value) for key, value in said.get("set", {}).items()}
    return Update(**{**said, "set": entries})


def _work(run: Run) -> dict[str, Any]:
    updates, origin = run.arguments["updates"], Origin(run.arguments["origin"])
    updating = Updating(
        run.workspace, run.by, origin, resume(run, origin=origin, kind=ActKind.EDIT)
    )
    for batch in batches(updates[run.job.done :], BATCH):
        with transaction.atomic():
            results = updating.step([_read(said) for said in batch])
            failed = [[each.image_id, each.reason] for each in results if each.problems]
            checkpoint = run.checkpoint | {"failed": run.checkpoint.get("failed", []) + failed}
            run.proceed(run.job.done + len(batch), total=len(updates), checkpoint=checkpoint)
    failed = run.checkpoint.get("failed", [])
    return {
        "said": f"{len(updates) - len(failed):,} of {len(updates):,} images updated.",
        "total": len(updates),
        "failed": failed,
    }


UPDATE_MANY = Kind("Update of many images", _work, quick=True, ended=close)
