"""Long work on the server: look at it, wait for it, call it off."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from assetlib.sdk._connection import Connection
from assetlib.sdk._download import download
from assetlib.sdk._errors import DownloadError, JobCancelledError, JobFailedError, JobWaitError
from assetlib.sdk._retry import PATIENT
from assetlib.sdk._types import FilePath, Progress, moment, part

OVER = frozenset({"done", "failed", "cancelled"})
# Seconds between two looks: often at first, as most work is short.
FIRST_LOOK, LONGEST_LOOK, GROWTH = 0.1, 2.0, 1.5


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of long work as it was when it was read; `refresh` reads it again.

    `change_set` is what it has changed so far, for `lib.changes.get`; None is nothing.
    """

    id: str
    kind: str
    status: str
    stage: str
    done: int
    total: int
    result: Mapping[str, Any] = field(hash=False)
    change_set: str | None
    error: str
    created_at: datetime
    finished_at: datetime | None
    _connection: Connection = field(repr=False, compare=False)

    @property
    def over(self) -> bool:
        return self.status in OVER

    @property
    def said(self) -> str:
        """What came of it, in a sentence; empty while it runs."""
        return str(self.result.get("said", ""))

    def refresh(self) -> Job:
        # Whoever waits for long work can also wait for a server that restarts meanwhile.
        said = self._connection.ask("GET", f"jobs/{self.id}", retry=PATIENT)
        return read_job(self._connection, said)

    def wait(self, *, timeout: float | None = None, progress: Progress | None = None) -> Job:
        """Return the job when it is done, however long that takes, or at most `timeout` seconds.

        Raises JobFailedError, JobCancelledError, and JobWaitError when the time is over.
        """
        end = None if timeout is None else time.monotonic() + timeout
        pause = FIRST_LOOK
        job = self
        while not job.over:
            if end is not None and time.monotonic() + pause > end:
                raise JobWaitError(f"The {job.kind} is still {job.status}.", job)
            time.sleep(pause)
            pause = min(LONGEST_LOOK, pause * GROWTH)
            job = job.refresh()
            if progress is not None:
                progress(job.done, job.total)
        match job.status:
            case "failed":
                raise JobFailedError(job.error or f"The {job.kind} failed.", job)
            case "cancelled":
                raise JobCancelledError(f"The {job.kind} was cancelled.", job)
        return job

    def cancel(self) -> Job:
        """Call it off. What it has written stays, and can be undone."""
        return read_job(self._connection, self._connection.ask("POST", f"jobs/{self.id}/cancel"))

    def download(self, path: FilePath, *, progress: Progress | None = None) -> Path:
        """Save the file that an export made; a broken download is gone on with."""
        address = self.result.get("url")
        if not address:
            raise DownloadError(f"The {self.kind} {self.id} has no file.")
        return download(self._connection, str(address), Path(path), mark=self.id, progress=progress)


class Jobs:
    """The workspace's long work, the newest first: `for job in lib.jobs`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __iter__(self) -> Iterator[Job]:
        for said in self._connection.pages("jobs"):
            yield read_job(self._connection, said)

    def get(self, job_id: str) -> Job:
        """Return the job. Raises NotFoundError."""
        return read_job(self._connection, self._connection.get(f"jobs/{part(job_id)}"))


def read_job(connection: Connection, said: dict[str, Any]) -> Job:
    progress = said["progress"]
    return Job(
        id=said["id"],
        kind=said["kind"],
        status=said["status"],
        stage=said["stage"],
        done=progress["done"],
        total=progress["total"],
        result=said["result"],
        change_set=None if said["change_set"] is None else str(said["change_set"]),
        error=said["error"] or "",
        created_at=datetime.fromisoformat(said["created_at"]),
        finished_at=moment(said["finished_at"]),
        _connection=connection,
    )
