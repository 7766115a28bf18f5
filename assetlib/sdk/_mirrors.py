"""Mirrors: buckets that the library follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypedDict, Unpack

from assetlib.sdk._connection import Connection, once
from assetlib.sdk._jobs import Job, read_job
from assetlib.sdk._progress import shown
from assetlib.sdk._types import Progress, moment, part


class MirrorOptions(TypedDict, total=False):
    """What a mirror may be told besides its bucket; `project` is a slug, or None for none."""

    prefix: str
    include: Sequence[str]
    exclude: Sequence[str]
    manifest: str
    project: str | None
    strategy: Literal["mergeBucketWins", "mergeUserWins", "overwrite", "untilFirstChange", "append"]
    update_images: bool
    update_metadata: bool
    orphans: Literal["keep", "remove"]
    naming: Literal["path", "filename"]
    every_minutes: int


class MirrorSettings(MirrorOptions, total=False):
    credential: str
    bucket: str


@dataclass(frozen=True, slots=True)
class MirrorTrial:
    """One step of a trial: `ok` is None where it could not even be tried; `said` says why."""

    name: str
    ok: bool | None
    said: str


@dataclass(frozen=True, slots=True)
class MirrorPlan:
    """What a run would do now: how often what, and the first of it as (what, path, why)."""

    counts: Mapping[str, int] = field(hash=False)
    first: tuple[tuple[str, str, str], ...]
    said: str


@dataclass(frozen=True, slots=True)
class MirrorRun:
    """One carried-out sync; `counters` say what became of how many objects.

    `state` is waiting, running, completed, problems (completed, but the ledger has some), failed or
    cancelled. `change_set` is for `lib.changes.get`. `problems` are the first objects that went
    wrong, as (path, why); in a list of runs there are none.
    """

    id: str
    state: str
    message: str
    counters: Mapping[str, int] = field(hash=False)
    change_set: str | None
    asked_at: datetime
    finished_at: datetime | None
    problems: tuple[tuple[str, str], ...] = ()


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
    credential: str
    bucket: str
    prefix: str
    strategy: str
    project: str | None
    every_minutes: int
    _connection: Connection = field(repr=False, compare=False)

    def update(self, **settings: Unpack[MirrorSettings]) -> Mirror:
        """Change what is given, and return the mirror as it is then. Raises InvalidError."""
        return _read(self._connection, self._ask("PATCH", "", body=settings))

    def delete(self) -> Job:
        """Stop following the bucket; images and entries stay.

        Raises ConflictError during a run, and JobFailedError.
        """
        return read_job(self._connection, self._ask("DELETE", "")).wait()

    def test(self) -> tuple[MirrorTrial, ...]:
        """List, look at and read one object, and say of each how it went."""
        said = self._ask("POST", "/test")
        return tuple(MirrorTrial(**step) for step in said["steps"])

    def plan(self, *, progress: Progress | bool = True) -> MirrorPlan:
        """Return what a run would do; nothing is written. Raises JobFailedError."""
        said = self._ask("POST", "/plan", headers=once())
        with shown("plan", progress) as tell:
            result = read_job(self._connection, said).wait(progress=tell).result
        first = tuple((what, path, why) for what, path, why in result["first"])
        return MirrorPlan(result["counts"], first, result["said"])

    def run(
        self,
        *,
        paths: Iterable[str] | None = None,
        reapply: bool = False,
        wait: bool = True,
        progress: Progress | bool = True,
    ) -> MirrorRun:
        """Bring the library in step with the bucket, and return the run when it has ended.

        With `paths` it is of these objects alone; with `reapply` of what is known of the sidecars,
        applied again; without `wait` it is only asked for. Raises ConflictError when another run is
        under way, and JobFailedError.
        """
        body = {"paths": None if paths is None else list(paths), "reapply": reapply}
        asked = self._ask("POST", "/runs", body=body, headers=once())
        return self._finished(asked, progress) if wait else _read_run(asked)

    def retry(
        self,
        *,
        paths: Iterable[str] | None = None,
        outcome: str | None = None,
        path: str | None = None,
        wait: bool = True,
        progress: Progress | bool = True,
    ) -> MirrorRun:
        """Have objects read again, changed or not: at `paths`, or as `objects` finds them."""
        asked_for = {
            "paths": None if paths is None else list(paths),
            "outcome": outcome,
            "path": path,
        }
        asked = self._ask("POST", "/objects/retry", body=asked_for, headers=once())
        return self._finished(asked, progress) if wait else _read_run(asked)

    def follow(self, images: Iterable[str] = (), *, paths: Iterable[str] = ()) -> str | None:
        """Have images follow the bucket again, by id; return the change set, if anything changed.

        Those in the trash come back. `paths` are of objects whose images are gone for good: the
        next run reads them.
        """
        body = {"images": list(images), "paths": list(paths)}
        said = self._ask("POST", "/objects/follow", body=body, headers=once())
        return None if said["change_set"] is None else str(said["change_set"])

    def get_run(self, run_id: str) -> MirrorRun:
        """Return one run, with its first problems. Raises NotFoundError."""
        return _read_run(self._ask("GET", f"/runs/{run_id}"))

    def cancel(self, run_id: str) -> MirrorRun:
        """Call a run off; what it has written stays. Raises ConflictError when it has ended."""
        return _read_run(self._ask("POST", f"/runs/{run_id}/cancel"))

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

    def _ask(self, method: str, path: str, **request: Any) -> Any:
        return self._connection.ask(method, f"mirrors/{part(self.name)}{path}", **request)

    def _finished(self, asked: dict[str, Any], progress: Progress | bool) -> MirrorRun:  # noqa: FBT001 -- as given
        job = read_job(self._connection, self._connection.get(f"jobs/{asked['job']}"))
        with shown("run", progress) as tell:
            job.wait(progress=tell)
        return self.get_run(str(asked["id"]))


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

    def create(
        self, name: str, *, credential: str, bucket: str, **settings: Unpack[MirrorOptions]
    ) -> Mirror:
        """Make a mirror; it runs when it is asked to, or every so many minutes.

        Raises InvalidError, and ConflictError when the name is taken.
        """
        body = {"name": name, "credential": credential, "bucket": bucket, **settings}
        return _read(self._connection, self._connection.ask("POST", "mirrors", body=body))


def _read(connection: Connection, said: dict[str, Any]) -> Mirror:
    return Mirror(
        name=said["name"],
        credential=said["credential"],
        bucket=said["bucket"],
        prefix=said["prefix"],
        strategy=said["strategy"],
        project=said["project"],
        every_minutes=said["every_minutes"],
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
        problems=tuple((each["path"], each["reason"]) for each in said.get("problems", ())),
    )
