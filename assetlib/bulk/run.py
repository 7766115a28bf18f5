"""Change many images as work for a worker: those that were found when it was asked for.

    frozen = freeze(workspace, "tag:night")
    job = enqueue_bulk(workspace, frozen, BulkChange(set={…}), by=user, origin=Origin.USER)

Some images a transaction, all of them one change set, which is undone as one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from assetlib.accounts.models import Workspace
from assetlib.bulk.change import BulkChange, decide, from_said
from assetlib.changes.act import Acting, Actor, act
from assetlib.changes.long import close, resume
from assetlib.changes.models import ActKind, Origin
from assetlib.jobs.kinds import Kind
from assetlib.jobs.models import Job
from assetlib.jobs.queue import enqueue
from assetlib.jobs.run import Run
from assetlib.search.frozen import Frozen, batches_of
from metadata.annotate import annotate
from metadata.edits import Edit
from metadata.errors import InvalidEditError
from metadata.shown import metadata_of

KIND = "bulk"
FULL = "the image would hold too many entries"


def enqueue_bulk(
    workspace: Workspace,
    frozen: Frozen,
    change: BulkChange,
    *,
    by: Actor,
    origin: Origin,
    kind: ActKind = ActKind.EDIT,
    query: str = "",
) -> Job:
    """Ask for the change of the frozen images; `query` says to people how they were found."""
    arguments = {"change": change.json, "origin": origin, "kind": kind, "query": query}
    return enqueue(workspace, KIND, arguments, by=by, frozen=frozen.data, total=frozen.count)


def _work(run: Run) -> dict[str, Any]:
    job = Bulk(run)
    for ords in batches_of(bytes(run.job.frozen), after=run.checkpoint.get("after", -1)):
        job.step(ords)
    return {"said": job.sentence(), "changed": job.changed, "left": job.left}


class Bulk:
    """A bulk edit under way; what it has come to so far is its checkpoint."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.change = from_said(run.arguments["change"])
        self.origin = Origin(run.arguments["origin"])
        self.kind = ActKind(run.arguments["kind"])
        self.into = resume(run, origin=self.origin, kind=self.kind)

    @property
    def changed(self) -> int:
        changed: int = self.run.checkpoint.get("changed", 0)
        return changed

    @property
    def left(self) -> Counter[str]:
        return Counter(self.run.checkpoint.get("left", {}))

    def step(self, ords: Sequence[int]) -> None:
        """Change these images in one transaction; where one has no room, all the others."""
        try:
            with act(
                self.run.workspace,
                by=self.run.by,
                origin=self.origin,
                kind=self.kind,
                into=self.into,
            ) as acting:
                changed, left = self._annotate(acting, ords)
                self._note(ords, changed, left)
        except InvalidEditError:
            half = len(ords) // 2
            if half:
                self.step(ords[:half])
                self.step(ords[half:])
            else:
                self._note(ords, 0, Counter([FULL]))

    def _annotate(self, acting: Acting, ords: Sequence[int]) -> tuple[int, Counter[str]]:
        images = list(self.run.workspace.images.alive().at(ords).brief())
        compared = self.change.compared
        held = metadata_of([image.pk for image in images], compared) if compared else {}
        decided = [(image, decide(self.change, held.get(image.pk, {}))) for image in images]
        add_tags, remove_tags = self.change.add_tags, self.change.remove_tags
        outcomes = annotate(
            acting, [Edit(image, d.set, d.remove, add_tags, remove_tags) for image, d in decided]
        )
        left = Counter(reason for _, decision in decided for reason in decision.left.values())
        return sum(outcome.changed for outcome in outcomes), left

    def _note(self, ords: Sequence[int], changed: int, left: Counter[str]) -> None:
        self.run.proceed(
            self.run.job.done + len(ords),
            checkpoint=self.run.checkpoint
            | {"after": ords[-1], "changed": self.changed + changed, "left": self.left + left},
        )

    def sentence(self) -> str:
        said = f"{self.changed:,} of {self.run.job.total:,} images changed."
        for reason, count in sorted(self.left.items()):
            said += f" {count:,} left alone: {reason}."
        return said


BULK = Kind("Change of many images", _work, ended=close)
