"""A folder of images with sidecars into the library, by several workers, to be called again.

    report = lib.upload_folder("frames/", metadata={"line": 3}, workers=8)

Each file stands for itself: what is wrong with one is in its result, and the others go on. The
server knows files by their bytes, so that a call after a broken one doubles nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from assetlib.sdk._connection import Connection
from assetlib.sdk._errors import AuthenticationError, NotPermittedError, RefusedError
from assetlib.sdk._pairing import Paired
from assetlib.sdk._retry import Retry
from assetlib.sdk._types import Progress
from assetlib.sdk._upload import About, send

Outcome: TypeAlias = Literal["new", "duplicate", "refused"]

# Files waiting for each worker: enough that none is idle, few enough to stop soon.
AHEAD = 4


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file: the image's id, or why it was refused; and what else was wrong.

    `problems` are the entries of its sidecar that cannot be kept, a sentence each.
    """

    path: Path
    outcome: Outcome
    id: str | None = None
    error: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UploadReport:
    """A result for each file, by path; `orphans` are sidecars without an image."""

    results: tuple[FileResult, ...]
    orphans: tuple[Path, ...]

    @property
    def new(self) -> int:
        return self._count("new")

    @property
    def duplicates(self) -> int:
        """How many the library had already; they were given what is said of them."""
        return self._count("duplicate")

    @property
    def refused(self) -> tuple[FileResult, ...]:
        return tuple(each for each in self.results if each.outcome == "refused")

    @property
    def flawed(self) -> tuple[FileResult, ...]:
        """Those that are in the library, but without all that their sidecars say."""
        return tuple(each for each in self.results if each.id and each.problems)

    def _count(self, outcome: Outcome) -> int:
        return sum(each.outcome == outcome for each in self.results)


@dataclass(frozen=True, slots=True)
class Uploading:
    """How files are sent: by how many workers at a time, and how patiently."""

    connection: Connection
    about: About
    workers: int
    retry: Retry

    def run(self, listed: Paired, progress: Progress) -> UploadReport:
        """Send all of it. Raises UnreachableError, AuthenticationError and NotPermittedError.

        Those would befall every other file, too; what was sent is kept.
        """
        results: list[FileResult] = []
        for result in self._results(listed.pairs):
            results.append(result)
            progress(len(results), len(listed.pairs))
        return UploadReport(tuple(results), listed.orphans)

    def _results(self, pairs: Sequence[tuple[Path, Path | None]]) -> Iterator[FileResult]:
        # Before there are many threads to ask for it.
        _ = self.connection.workspace
        waiting: deque[Future[FileResult]] = deque()
        with ThreadPoolExecutor(self.workers, "assetlib-upload") as pool:
            try:
                for pair in pairs:
                    if len(waiting) >= self.workers * AHEAD:
                        yield waiting.popleft().result()
                    waiting.append(pool.submit(self._send, *pair))
                while waiting:
                    yield waiting.popleft().result()
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def _send(self, path: Path, sidecar: Path | None) -> FileResult:
        try:
            said = send(self.connection, path, self.about, sidecar=sidecar, retry=self.retry)
        except (AuthenticationError, NotPermittedError):
            raise
        except RefusedError as refusal:
            return FileResult(path, "refused", error=str(refusal))
        except OSError as error:
            return FileResult(path, "refused", error=f"It cannot be read: {error.strerror}.")
        return FileResult(
            path,
            "duplicate" if said["duplicate"] else "new",
            id=said["id"],
            problems=tuple(f"{each['key']}: {each['message']}" for each in said["problems"]),
        )
