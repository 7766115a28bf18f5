"""A dry run: the plan of what a run would do now, shown and not done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.urls import reverse

from assetlib.changes.act import Actor
from assetlib.jobs.kinds import Kind
from assetlib.jobs.models import Job
from assetlib.jobs.queue import enqueue
from assetlib.jobs.run import JobFailedError
from assetlib.jobs.run import Run as Worker
from assetlib.mirror.bucket import BucketError
from assetlib.mirror.effects import Effects, compare
from assetlib.mirror.models import Mirror
from assetlib.mirror.plan import (
    Action,
    Forget,
    Note,
    Reapply,
    Seen,
    Skip,
    Take,
    Tell,
    Untell,
    Vanish,
    plan,
)
from assetlib.mirror.rows import rows_of
from assetlib.mirror.spool import spool
from assetlib.mirror.work import bucket_of, rules_of
from images.files import ENDINGS

PLAN = "mirror-plan"
# Actions a preview lists, all are counted; and keys.
MOST, MOST_KEYS = 500, 50
# How names of images end. What an object is its bytes decide, of which a plan reads none.
IMAGE = tuple(chain.from_iterable(ENDINGS.values()))


class LongPlanError(Exception):
    """There is more to look at than whoever asks was to wait for."""

    def __init__(self, within: int) -> None:
        super().__init__(f"There are more than {within:,} objects: have a worker make the plan.")


@dataclass(slots=True)
class Plan:
    """What a run would do now: how often what, and the first of it as (what, path, why)."""

    counts: Counter[str] = field(default_factory=Counter)
    first: list[tuple[str, str, str]] = field(default_factory=list)
    seen: Seen = field(default_factory=Seen)

    @property
    def said(self) -> str:
        counted = [f"{count:,} × {what}" for what, count in sorted(self.counts.items())]
        same = f"{self.seen.unchanged:,} unchanged"
        return ", ".join([*counted, same]) + "."


def plan_run(mirror: Mirror, most: int = MOST, *, within: int | None = None) -> Plan:
    """Return what a run would do now. Raises BucketError.

    With `within`, somebody waits: the bucket has to answer soon, and of more objects than that,
    there or in the ledger, LongPlanError is raised.
    """
    found = Plan()
    with planned(mirror, found.seen, within) as actions:
        for action in actions:
            what, why = described(mirror, action)
            found.counts[what] += 1
            if len(found.first) < most:
                found.first.append((what, action.path, why))
    return found


@contextmanager
def planned(mirror: Mirror, seen: Seen, within: int | None = None) -> Iterator[Iterator[Action]]:
    """List the bucket, and let the block walk the plan. Raises BucketError, LongPlanError."""
    if within is not None and mirror.ledger.order_by("path")[within : within + 1]:
        raise LongPlanError(within)
    bucket = bucket_of(mirror, hasty=within is not None)
    with spool() as listing:
        for page in bucket.pages():
            listing.add(page)
            if within is not None and listing.count > within:
                raise LongPlanError(within)
        rules = rules_of(mirror, bucket, listing)
        rows = (row for page in rows_of(mirror) for row in page)
        yield plan(listing, rows, rules, seen)


WORDS: dict[type[Action], str] = {
    Take: "changed file",
    Tell: "changed sidecar",
    Untell: "sidecar gone",
    Reapply: "applied again",
    Vanish: "left the bucket",
    Skip: "skipped",
    Note: "noted",
    Forget: "no longer noted",
}


def described(mirror: Mirror, action: Action) -> tuple[str, str]:
    """Return in words what an action is, and why."""
    words = WORDS[type(action)]
    match action:
        case Take(new=True):
            return _new(action.path)
        case Tell(_, sidecar):
            return words, sidecar.path
        case Reapply():
            return words, f"by {mirror.strategy}"
        case Vanish():
            return words, f"the image: {mirror.get_orphans_display()}"
        case Skip(_, reason) | Note(_, reason):
            return words, reason
        case _:
            return words, ""


def _new(path: str) -> tuple[str, str]:
    if path.lower().endswith(IMAGE):
        return "new image", ""
    return "new file", "its bytes will say whether it is an image"


def enqueue_plan(mirror: Mirror, *, by: Actor) -> Job:
    """Ask a worker for the plan: of a large bucket it takes a while."""
    return enqueue(mirror.workspace, PLAN, {"mirror": mirror.pk}, by=by)


def _work(worker: Worker) -> dict[str, Any]:
    mirror = worker.workspace.mirrors.filter(pk=worker.arguments["mirror"]).first()
    if mirror is None:
        raise JobFailedError("The mirror is no more.")
    try:
        found = plan_run(mirror)
    except BucketError as error:
        raise JobFailedError(str(error)) from error
    compared = compare(mirror, lambda count: worker.proceed(count, stage="comparing strategies"))
    return {
        "said": found.said,
        "counts": dict(found.counts),
        "first": found.first,
        "strategies": {name: _foremost(effects) for name, effects in compared.items()},
    }


def _foremost(effects: Effects) -> dict[str, dict[str, int]]:
    """Return the effects on the keys that most would change of."""
    ranked = sorted(effects.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    return {key: dict(counts) for key, counts in ranked[:MOST_KEYS]}


def last_plan(mirror: Mirror) -> Job | None:
    """Return the newest plan that was asked for, ready or not."""
    plans = mirror.workspace.jobs.listed().filter(kind=PLAN, arguments__mirror=mirror.pk)
    return plans.first()


def _address(job: Job) -> str:
    mirror = job.workspace.mirrors.filter(pk=job.arguments["mirror"]).first()
    return reverse("mirror-plan", args=[job.workspace.slug, mirror.name]) if mirror else ""


MIRROR_PLAN = Kind("Plan of a mirror run", _work, address=_address)
