"""Edits of many images at once, each with its own, as work for a worker.

    updates = [Update("4f1c…", set={"line": from_json(3)}), Update("9a0e…", add_tags=["seen"])]
    job = enqueue_updates(workspace, updates, by=user, origin=Origin.API)

All of them are checked before any is queued. An image that is not there fails alone, and so does
one that has no room for what it would get: the others go on. All that is done is one change set.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import transaction

from assetlib.accounts.models import Workspace
from assetlib.changes.act import Actor, act
from assetlib.changes.models import ActKind, ChangeSet, Origin
from assetlib.jobs.kinds import Kind
from assetlib.jobs.models import Job
from assetlib.jobs.queue import enqueue
from assetlib.jobs.run import Run
from images.models import Brief, Image
from metadata.annotate import annotate
from metadata.edits import Edit, problems_of
from metadata.errors import AnnotationError, InvalidEditError
from metadata.json_rules import Problem
from metadata.values import Value, from_json

KIND = "update-many"
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


@dataclass(slots=True)
class _Done:
    """How far the work has come; `failed` are public ids, each with the reason."""

    number: int = 0
    failed: list[list[str]] = field(default_factory=list)
    change_set: ChangeSet | None = None

    @property
    def checkpoint(self) -> dict[str, Any]:
        change_set = self.change_set.pk if self.change_set else None
        return {"number": self.number, "failed": self.failed, "change_set": change_set}


def check_updates(updates: Sequence[Update]) -> None:
    """Raise InvalidEditError with every rule that is broken, be the images there or not."""
    problems = list(problems_of(updates))
    seen: set[str] = set()
    for update in updates:
        if update.image_id in seen:
            problems.append(Problem(update.image_id, "this image is in the batch twice"))
        seen.add(update.image_id)
    if problems:
        raise InvalidEditError(problems)


def enqueue_updates(
    workspace: Workspace, updates: Sequence[Update], *, by: Actor, origin: Origin
) -> Job:
    """Ask for the updates. Raises InvalidEditError; then nothing is asked for."""
    check_updates(updates)
    arguments = {"origin": origin, "updates": [_written(update) for update in updates]}
    return enqueue(workspace, KIND, arguments, by=by, total=len(updates))


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
    updates = run.arguments["updates"]
    done = _resumed(run)
    rest = iter(updates[done.number :])
    while batch := [_read(said) for said in islice(rest, BATCH)]:
        with transaction.atomic():
            _carry_out(run, batch, done)
            done.number += len(batch)
            run.proceed(done.number, total=len(updates), checkpoint=done.checkpoint)
    return {
        "said": f"{len(updates) - len(done.failed):,} of {len(updates):,} images updated.",
        "total": len(updates),
        "failed": done.failed,
        "change_set": done.checkpoint["change_set"],
    }


def _resumed(run: Run) -> _Done:
    left = run.checkpoint
    if not left:
        return _Done()
    change_set = run.workspace.change_sets.filter(pk=left["change_set"]).first()
    return _Done(left["number"], left["failed"], change_set)


def _carry_out(run: Run, batch: Sequence[Update], done: _Done) -> None:
    try:
        missing = _annotate(run, batch, done)
    except AnnotationError:
        # One of them cannot be carried out; which, shows when each is alone.
        missing = [failed for update in batch for failed in _alone(run, update, done)]
    done.failed += missing


def _alone(run: Run, update: Update, done: _Done) -> list[list[str]]:
    try:
        return _annotate(run, [update], done)
    except AnnotationError as problem:
        return [[update.image_id, str(problem)]]


def _annotate(run: Run, updates: Sequence[Update], done: _Done) -> list[list[str]]:
    """Carry out the updates as one act; return those whose image is not there."""
    origin = Origin(run.arguments["origin"])
    with act(
        run.workspace, by=run.by, origin=origin, kind=ActKind.EDIT, into=done.change_set
    ) as acting:
        images = {
            image.public_id: image
            for image in run.workspace.images.alive().filter(
                public_id__among=[update.image_id for update in updates]
            )
        }
        found = [update for update in updates if update.image_id in images]
        annotate(acting, [update.edit(images[update.image_id]) for update in found])
    done.change_set = acting.change_set or done.change_set
    return [
        [update.image_id, "There is no such image."]
        for update in updates
        if update.image_id not in images
    ]


UPDATE_MANY = Kind("Update of many images", _work, quick=True)
