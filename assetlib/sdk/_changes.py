"""The history: what each act changed, and taking it back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from assetlib.sdk._connection import Connection, once
from assetlib.sdk._jobs import Job, read_job
from assetlib.sdk._types import Progress, Value, part

PAGE = 500


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing that was changed on one image: a key, tag, project, file name or box.

    `old` and `new` are what stood there; None is nothing.
    """

    image: str
    kind: str
    subject: str
    old: Value | None
    new: Value | None


@dataclass(frozen=True, slots=True)
class Change:
    """A change set: everything that one act changed, undone as one."""

    id: str
    kind: str
    origin: str
    at: datetime
    by: str | None
    state: str
    images: int
    undo_of: str | None
    _connection: Connection = field(repr=False, compare=False)

    def details(self) -> Iterator[Detail]:
        """Yield each thing that it changed, of all its images."""
        for said in self._connection.pages(f"changes/{self.id}", {"limit": PAGE}):
            yield Detail(
                image=said["image"],
                kind=said["kind"],
                subject=said["subject"],
                old=said["old"] and said["old"]["value"],
                new=said["new"] and said["new"]["value"],
            )

    def undo(self, *, wait: bool = True, progress: Progress | None = None) -> Job:
        """Take it back; what somebody has changed again since is left alone, and told.

        Raises ConflictError when it is undone already.
        """
        said = self._connection.ask("POST", f"changes/{self.id}/undo", headers=once())
        job = read_job(self._connection, said)
        return job.wait(progress=progress) if wait else job


class Changes:
    """The workspace's history, the newest first: `for change in lib.changes`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __iter__(self) -> Iterator[Change]:
        for said in self._connection.pages("changes"):
            yield read_change(self._connection, said)

    def get(self, change_id: str | int) -> Change:
        """Return the change set, `job.change_set` for one; its page's address has the number.

        Raises NotFoundError.
        """
        said = self._connection.get(f"changes/{part(str(change_id))}", {"limit": 1})
        return read_change(self._connection, said["change_set"])


def read_change(connection: Connection, said: dict[str, Any]) -> Change:
    return Change(
        id=str(said["id"]),
        kind=said["kind"],
        origin=said["origin"],
        at=datetime.fromisoformat(said["at"]),
        by=said["by"],
        state=said["state"],
        images=said["images"],
        undo_of=None if said["undo_of"] is None else str(said["undo_of"]),
        _connection=connection,
    )
