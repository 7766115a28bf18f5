"""A run, as work for a worker: list, plan, read and write, and last what has left.

Nothing of it is kept but in the database: killed at any moment it begins again, finds in the ledger
what is written already, and goes on with the rest.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from assetlib.accounts.models import Workspace
from assetlib.changes.act import Acting, act
from assetlib.changes.long import close, resume
from assetlib.changes.models import ActKind, ChangeSet, Origin
from assetlib.jobs.kinds import Kind
from assetlib.jobs.models import Job, Status
from assetlib.jobs.run import JobFailedError
from assetlib.jobs.run import Run as Worker
from assetlib.mirror.apply import carry_out
from assetlib.mirror.asked import found_at, paths_for
from assetlib.mirror.bucket import Bucket, BucketError, ObjectError
from assetlib.mirror.leaving import see_to_moved, vanish
from assetlib.mirror.listing import Listed
from assetlib.mirror.models import Mirror, Naming, Run, RunState, Scope
from assetlib.mirror.pace import Pace
from assetlib.mirror.plan import Action, Note, Row, Rules, Seen, Vanish, plan, reapplied
from assetlib.mirror.reading import Reader, read_ahead
from assetlib.mirror.rows import rows_at, rows_of
from assetlib.mirror.runs import MirrorBusyError, refuse_if_leaving
from assetlib.mirror.spool import Spool, spool

T = TypeVar("T")

# Objects a transaction; fewer where they come slowly, so that a run shows how far it is.
BATCH = 200
SLOWEST = 1.0
# Seconds between two looks whether the run is called off.
PACE = 0.5
BUSY = "Another run of this mirror is under way."
NO_RUN = "The mirror is no more."


def work(worker: Worker) -> dict[str, Any]:
    """Carry out the run of the job."""
    run = _started(worker.job)
    mirror = run.mirror
    into = resume(worker, origin=Origin.BUCKET, kind=ActKind.MIRROR)
    Run.objects.filter(pk=run.pk).update(change_set=into)
    try:
        with spool() as listing:
            working = _Working(worker, run, mirror, into, bucket_of(mirror), listing)
            working.work()
    except BucketError as error:
        raise JobFailedError(str(error)) from error
    run.refresh_from_db()
    waited = round(working.waiting.seconds, 3)
    return {"said": said_of(run.counters), "counters": run.counters, "waited": waited}


def _started(job: Job) -> Run:
    runs = Run.objects.select_related("mirror__workspace", "mirror__credential")
    # One that had ended, and was asked for again, may find anything.
    try:
        with transaction.atomic():
            Workspace.objects.lock(job.workspace_id)
            run = runs.get(job=job)
            refuse_if_leaving(run.mirror)
            run.state, run.message = RunState.RUNNING, ""
            run.started_at = run.started_at or timezone.now()
            run.save(update_fields=["state", "message", "started_at"])
    except Run.DoesNotExist as error:
        raise JobFailedError(NO_RUN) from error
    except MirrorBusyError as error:
        raise JobFailedError(str(error)) from error
    except IntegrityError as error:
        raise JobFailedError(BUSY) from error
    return run


def ended(job: Job) -> None:
    """Say of the run how it ended."""
    close(job)
    run = Run.objects.filter(job=job).first()
    if run is None:
        return
    run.state, run.message, run.finished_at = _state(job, run), job.error, job.finished_at
    run.save(update_fields=["state", "message", "finished_at"])


def _state(job: Job, run: Run) -> RunState:
    match job.status:
        case Status.DONE:
            wrong = run.counters.get("failed") or run.counters.get("problem")
            return RunState.PROBLEMS if wrong else RunState.COMPLETED
        case Status.CANCELLED:
            return RunState.CANCELLED
        case _:
            return RunState.FAILED


def bucket_of(mirror: Mirror, *, hasty: bool = False) -> Bucket:
    """Return the mirror's bucket. Raises BucketError."""
    threads = settings.MIRROR_READS
    return Bucket(mirror.credential, mirror.bucket, mirror.prefix, connections=threads, hasty=hasty)


def rules_of(mirror: Mirror, bucket: Bucket, listing: Spool) -> Rules:
    """Return the mirror's rules, with the paths of its manifest. Raises BucketError."""
    if not mirror.manifest:
        return mirror.rules
    try:
        listed = bucket.read(mirror.manifest)
    except ObjectError as error:
        raise BucketError(f"The manifest “{mirror.manifest}” cannot be read: {error}") from error
    return replace(mirror.rules, paths=listing.want(listed))


def file_name(mirror: Mirror, path: str) -> str:
    """Return what the image at the path is called in the library."""
    if mirror.naming == Naming.FILENAME:
        return path
    return path.removeprefix(mirror.prefix).strip("/").replace("/", "-")


WORDS = {
    "new": "new",
    "changed": "with a changed file",
    "again": "read again",
    "known": "known already, by their bytes",
    "metadata": "with changed sidecars",
    "reapplied": "applied again",
    "gone": "left the bucket",
    "removed": "removed with them",
    "held": "held",
    "skipped": "skipped",
    "problem": "with problems",
    "failed": "failed",
    "alone": "sidecars without an image",
    "unchanged": "unchanged",
}
# Where the words are others for a single one.
ONE = {"alone": "sidecar without an image"}


def said_of(counters: dict[str, int]) -> str:
    """Say in a sentence what became of how many objects."""
    said = [
        f"{counters[name]:,} {ONE.get(name, words) if counters[name] == 1 else words}"
        for name, words in WORDS.items()
        if counters.get(name)
    ]
    return f"{', '.join(said)}." if said else "Nothing there."


@dataclass(slots=True)
class Waiting:
    """How long it took what comes from elsewhere to come."""

    seconds: float = 0.0

    def for_each(self, items: Iterable[T]) -> Iterator[T]:
        remaining = iter(items)
        while True:
            begun = time.monotonic()
            item = next(remaining, None)
            self.seconds += time.monotonic() - begun
            if item is None:
                return
            yield item


@dataclass(slots=True)
class _Working:
    worker: Worker
    run: Run
    mirror: Mirror
    into: ChangeSet
    bucket: Bucket
    listing: Spool
    seen: Seen = field(default_factory=Seen)
    # Where it looks, if it is of some paths.
    at: dict[str, None] = field(default_factory=dict)
    waiting: Waiting = field(default_factory=Waiting)
    pace: Pace = field(default_factory=Pace)
    vanished: int = 0
    images: int = 0
    looked: float = 0.0

    def work(self) -> None:
        # Begun before and gone on with, it finds what it wrote then unchanged.
        own = self.mirror.ledger.filter(run=self.run).count() if self.run.counters else 0
        self._list()
        self._carry_out()
        self._see_to_what_left()
        self._count(Counter(unchanged=max(0, self.seen.unchanged - own)))

    # List

    def _list(self) -> None:
        scope = self.run.scope
        if scope == Scope.ALL:
            for page in self.waiting.for_each(self.bucket.pages()):
                self._add(page)
                self._look(stage=f"listing: {self.listing.count:,} objects")
        elif scope == Scope.PATHS:
            for path in self.worker.arguments["paths"]:
                new = [each for each in paths_for(self.bucket, path) if each not in self.at]
                self.at |= dict.fromkeys(new)
                self._add(found_at(self.bucket, new))
                self._look(stage=f"looking at {self.listing.count:,} objects")
        self.worker.proceed(0, total=self.images, stage="comparing")

    def _add(self, objects: Iterable[Listed]) -> None:
        found = list(objects)
        self.listing.add(found)
        self.images += sum(not each.path.endswith((".json", "/")) for each in found)

    # Plan

    def _actions(self) -> Iterator[Action]:
        """Yield the plan anew; rows are read as they are by then."""
        seen, self.seen = self.seen, Seen()
        match self.run.scope:
            case Scope.REAPPLY:
                yield from reapplied(self._rows())
            case _:
                rules = rules_of(self.mirror, self.bucket, self.listing)
                planned = plan(self.listing, self._rows(), rules, self.seen)
                yield from filter(self._is_asked, planned)
        # Counted once: what is walked again for what has left says nothing new.
        self.seen = seen if seen.images else self.seen

    def _is_asked(self, action: Action) -> bool:
        """Whether the action is the run's: not all that may claim a sidecar has been looked at."""
        if self.run.scope != Scope.PATHS or not isinstance(action, Note):
            return True
        return action.path in self.worker.arguments["paths"]

    def _rows(self) -> Iterator[Row]:
        if self.run.scope == Scope.PATHS:
            yield from rows_at(self.mirror, list(self.at))
            return
        for rows in rows_of(self.mirror):
            self._look()
            yield from rows

    def _but_what_left(self) -> Iterator[Action]:
        for action in self._actions():
            if isinstance(action, Vanish):
                self.vanished += 1
            else:
                yield action

    # Read and write

    def _carry_out(self) -> None:
        reader = Reader(
            self.bucket, self.mirror.workspace, lambda path: file_name(self.mirror, path)
        )
        got = read_ahead(reader, self._but_what_left(), settings.MIRROR_READS, self._look)
        for batch in in_time(self.waiting.for_each(got), BATCH, SLOWEST):
            with self._act() as acting:
                counts = carry_out(acting, self.mirror, self.run, batch)
                self._count(counts)
                done = min(self.seen.images, self.images)
                said = self.pace.said(done, self.images, time.monotonic())
                self.worker.proceed(done, stage=f"syncing: {said}" if said else "syncing")

    # What has left

    def _see_to_what_left(self) -> None:
        left = (action.path for action in self._actions() if isinstance(action, Vanish))
        for batch in in_time(left, BATCH, SLOWEST) if self.vanished else ():
            with self._act() as acting:
                removed = vanish(acting, self.mirror, self.run, batch)
                self._count(Counter(gone=len(batch), removed=removed))
                self.worker.proceed(stage="seeing to what left")
        more = BATCH
        while more == BATCH:
            with self._act() as acting:
                more = see_to_moved(acting, self.mirror, BATCH)
                self.worker.proceed()

    @contextmanager
    def _act(self) -> Iterator[Acting]:
        with act(
            self.worker.workspace,
            by=self.worker.by,
            origin=Origin.BUCKET,
            kind=ActKind.MIRROR,
            into=self.into,
            mirror_id=self.mirror.pk,
        ) as acting:
            yield acting

    def _count(self, counts: Counter[str]) -> None:
        total = Counter(self.run.counters) + counts
        self.run.counters = dict(total)
        self.run.save(update_fields=["counters"])

    def _look(self, stage: str | None = None) -> None:
        """Say how far it is, and stop where it is called off; twice a second at most."""
        now = time.monotonic()
        if now - self.looked >= PACE:
            self.looked = now
            self.worker.proceed(stage=stage)


def in_time(items: Iterable[T], most: int, seconds: float) -> Iterator[list[T]]:
    """Yield lists of at most so many items, fewer where they come slowly."""
    batch: list[T] = []
    begun = time.monotonic()
    for item in items:
        batch.append(item)
        if len(batch) == most or time.monotonic() - begun > seconds:
            yield batch
            batch, begun = [], time.monotonic()
    if batch:
        yield batch


MIRROR_RUN = Kind("Mirror run", work, ended=ended)
