"""A query and what can be done with all that it finds. Nothing is asked before it is needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from assetlib.sdk._bulk import Plan, read_plan
from assetlib.sdk._connection import Connection, once
from assetlib.sdk._download import check_folder
from assetlib.sdk._facets import Facets, read_facets
from assetlib.sdk._frames import to_frame
from assetlib.sdk._images import NOTHING, Image, read_image
from assetlib.sdk._jobs import Job, read_job
from assetlib.sdk._progress import shown
from assetlib.sdk._types import FilePath, Progress, Writable, names

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the library lacks of what a query speaks of, such as a key.

    `span` is where in the query; `suggestion` is a whole query that may be meant, or empty.
    """

    message: str
    span: tuple[int, int]
    suggestion: str


@dataclass(frozen=True, slots=True)
class Search:
    """What a query finds, as it is when it is asked for: iterate, count, change, export it.

    for image in lib.search("tag:night -reviewed:true sort:filename"): …
    """

    query: str
    page_size: int
    _connection: Connection = field(repr=False, compare=False)

    def __iter__(self) -> Iterator[Image]:
        """Yield each image, a page at a time; images that come or go meanwhile shift nothing."""
        for said in self._connection.pages(
            "images", {"query": self.query, "limit": self.page_size}
        ):
            yield read_image(self._connection, said)

    def __len__(self) -> int:
        return self.count()

    def __bool__(self) -> bool:
        return self.first() is not None

    def count(self) -> int:
        """Return how many images it finds now."""
        return int(self._page(1)["total"])

    def first(self) -> Image | None:
        """Return the first image in the query's order, or None."""
        for said in self._page(1)["items"]:
            return read_image(self._connection, said)
        return None

    def notices(self) -> tuple[Notice, ...]:
        """Return what the library lacks of what the query speaks of; mostly nothing."""
        return tuple(
            Notice(each["message"], (each["span"][0], each["span"][1]), each["suggestion"] or "")
            for each in self._page(1)["notices"]
        )

    def facets(self, *keys: str, limit: int = 10) -> Facets:
        """Count the values of these keys, the `limit` most frequent of each."""
        asked: dict[str, str | int] = {
            "query": self.query,
            "keys": ",".join(keys),
            "limit": limit,
        }
        return read_facets(self._connection.get("facets", asked))

    @overload
    def update(
        self,
        metadata: Writable = ...,
        *,
        remove: Sequence[str] = ...,
        add_tags: Sequence[str] = ...,
        remove_tags: Sequence[str] = ...,
        only_missing: bool = ...,
        force: bool = ...,
        dry_run: Literal[True],
    ) -> Plan: ...
    @overload
    def update(
        self,
        metadata: Writable = ...,
        *,
        remove: Sequence[str] = ...,
        add_tags: Sequence[str] = ...,
        remove_tags: Sequence[str] = ...,
        only_missing: bool = ...,
        force: bool = ...,
        dry_run: Literal[False] = ...,
        wait: bool = ...,
        progress: Progress | bool = ...,
    ) -> Job: ...
    def update(  # noqa: PLR0913 -- what can be changed, and how carefully
        self,
        metadata: Writable = NOTHING,
        *,
        remove: Sequence[str] = (),
        add_tags: Sequence[str] = (),
        remove_tags: Sequence[str] = (),
        only_missing: bool = False,
        force: bool = False,
        dry_run: bool = False,
        wait: bool = True,
        progress: Progress | bool = True,
    ) -> Plan | Job:
        """Change all it finds, as one change set; a later undo takes all of it back.

        `only_missing` leaves entries alone that are there. `dry_run` changes nothing and returns
        what would be changed. A query that the server has a notice about, such as one with an
        unknown key, is refused with InvalidError unless `force`. With `wait` the job is done when
        this returns, or JobFailedError is raised; without, it goes on at the server.
        """
        body = {
            "query": self.query,
            "set_missing" if only_missing else "set": dict(metadata),
            "remove": names(remove),
            "add_tags": names(add_tags),
            "remove_tags": names(remove_tags),
            "force": force,
            "dry_run": dry_run,
        }
        said = self._connection.ask("POST", "bulk", body=body, headers=once())
        if dry_run:
            return read_plan(said)
        return self._finished("update", read_job(self._connection, said), progress, wait=wait)

    def export(
        self,
        path: FilePath,
        format: str = "coco",  # noqa: A002 -- the library's word
        *,
        project: str | None = None,
        force: bool = False,
        progress: Progress | bool = True,
    ) -> Path:
        """Save all it finds, as it is at this moment, as a file of this format.

        coco, createml, voc, yolo, zip and imagefolder are archives with the pictures; csv, jsonl
        and parquet are tables. `project` leaves out what is not in it; its splits are folders then.
        The file is there when all of it is. Raises JobFailedError.
        """
        check_folder(Path(path))
        asked = {"query": self.query, "format": format, "project": project, "force": force}
        said = self._connection.ask("POST", "exports", body=asked, headers=once())
        job = self._finished("export", read_job(self._connection, said), progress, wait=True)
        with shown("download", progress, in_bytes=True) as tell:
            return job.download(path, progress=tell)

    def to_pandas(self) -> pd.DataFrame:
        """Return a DataFrame of a row an image; entries are columns `metadata.camera_id` and so on.

        Raises ConfigurationError when pandas is not installed.
        """
        return to_frame(self)

    def _page(self, limit: int) -> Mapping[str, Any]:
        said: dict[str, Any] = self._connection.get("images", {"query": self.query, "limit": limit})
        return said

    def _finished(self, what: str, job: Job, progress: Progress | bool, *, wait: bool) -> Job:  # noqa: FBT001
        if not wait:
            return job
        with shown(what, progress) as tell:
            return job.wait(progress=tell)
