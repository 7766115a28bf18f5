"""Mirrors: buckets that the library follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from assetlib.sdk._connection import Connection
from assetlib.sdk._jobs import read_job
from assetlib.sdk._progress import shown
from assetlib.sdk._types import Progress, moment, part


@dataclass(frozen=True, slots=True)
class MirrorPlan:
    """What a run would do now: how often what, and the first of it as (what, path, why)."""

    counts: Mapping[str, int] = field(hash=False)
    first: tuple[tuple[str, str, str], ...]
    said: str


@dataclass(frozen=True, slots=True)
class MirrorRun:
    """One carried-out sync; `counters` say what became of how many objects.

    `state` is completed, problems (completed, but the ledger has some), failed or cancelled.
    `change_set` is for `lib.changes.get`.
    """

    id: str
    state: str
    message: str
    counters: Mapping[str, int] = field(hash=False)
    change_set: str | None
    asked_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class MirrorObject:
    """What is known of one object of the bucket, and what came of it last time."""

    path: str
    image: str | None
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class Mirror:
    """A bucket that the library follows; `project` is where its images go."""

    name: str
    bucket: str
    prefix: str
    strategy: str
    project: str | None
    _connection: Connection = field(repr=False, compare=False)

    def plan(self, *, progress: Progress | bool = True) -> MirrorPlan:
        """Return what a run would do; nothing is written. Raises JobFailedError."""
        said = self._connection.ask("POST", f"mirrors/{self.name}/plan")
        with shown("plan", progress) as tell:
            result = read_job(self._connection, said).wait(progress=tell).result
        first = tuple((what, path, why) for what, path, why in result["first"])
        return MirrorPlan(result["counts"], first, result["said"])

    def run(self, *, progress: Progress | bool = True) -> MirrorRun:
        """Bring the library in step with the bucket, and return the run when it has ended.

        Raises ConflictError when another run is under way, and JobFailedError.
        """
        asked = self._connection.ask("POST", f"mirrors/{self.name}/runs")
        job = read_job(self._connection, self._connection.get(f"jobs/{asked['job']}"))
        with shown("run", progress) as tell:
            job.wait(progress=tell)
        return _read_run(self._connection.get(f"mirrors/{self.name}/runs/{asked['id']}"))

    def runs(self) -> Iterator[MirrorRun]:
        """Yield its runs, the newest first."""
        yield from map(_read_run, self._connection.pages(f"mirrors/{self.name}/runs"))

    def objects(
        self, *, outcome: str | None = None, path: str | None = None
    ) -> Iterator[MirrorObject]:
        """Yield its ledger by path: all, those of one outcome, those whose path holds this."""
        query = {"outcome": outcome, "path": path, "limit": 500}
        for said in self._connection.pages(f"mirrors/{self.name}/objects", query):
            yield MirrorObject(said["path"], said["image"], said["outcome"], said["reason"])


class Mirrors:
    """The workspace's mirrors: `for mirror in lib.mirrors`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __iter__(self) -> Iterator[Mirror]:
        for said in self._connection.pages("mirrors"):
            yield _read(self._connection, said)

    def get(self, name: str) -> Mirror:
        """Return the mirror. Raises NotFoundError."""
        return _read(self._connection, self._connection.get(f"mirrors/{part(name)}"))


def _read(connection: Connection, said: dict[str, Any]) -> Mirror:
    return Mirror(
        name=said["name"],
        bucket=said["bucket"],
        prefix=said["prefix"],
        strategy=said["strategy"],
        project=said["project"],
        _connection=connection,
    )


def _read_run(said: dict[str, Any]) -> MirrorRun:
    return MirrorRun(
        id=str(said["id"]),
        state=said["state"],
        message=said["message"],
        counters=said["counters"],
        change_set=None if said["change_set"] is None else str(said["change_set"]),
        asked_at=datetime.fromisoformat(said["asked_at"]),
        finished_at=moment(said["finished_at"]),
    )
