"""Read what a plan names, many objects at a time, and hand it on in the order of the plan.

What is read is looked at and kept in storage right away, in the thread that read it: what is handed
on is small, however large the pictures are. No thread of these asks the database.
"""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYetError
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.conf import settings

from assetlib.mirror import sidecar
from assetlib.mirror.bucket import Bucket, ObjectError
from assetlib.mirror.plan import Action, Skip, Take, Tell
from images.errors import RefusedFileError
from images.ingest import Examined, examine, keep
from metadata.json_rules import MAX_SIDECAR

if TYPE_CHECKING:
    from assetlib.accounts.models import Workspace
    from assetlib.mirror.listing import Listed

# Read ahead of what is written, in actions.
AHEAD = 600
# Seconds between two looks whether the run is called off, while nothing comes.
LOOK_EVERY = 1.0


@dataclass(frozen=True, slots=True)
class Got:
    """An action with what was read for it.

    Of `examined`, `refused` (no image, as the bytes say) and `failed` (not read) at most one is
    there; the file of `examined` is kept, and closed. `unread` says why the sidecar was not read.
    """

    action: Action
    examined: Examined | None = None
    sidecar: sidecar.Said | sidecar.Unreadable | None = None
    refused: str = ""
    failed: str = ""
    unread: str = ""

    @property
    def is_bad(self) -> bool:
        """Whether there is a sidecar, of which it is not known what it says."""
        return bool(self.unread) or isinstance(self.sidecar, sidecar.Unreadable)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads for one mirror; `name` gives the image at a path its file name."""

    bucket: Bucket
    workspace: Workspace
    name: Callable[[str], str]

    def read(self, action: Action) -> Got:
        """Read what the action needs; of most nothing."""
        try:
            match action:
                case Take(_, listed, follow=follow):
                    return self._with_sidecar(self._image(action), listed if follow else None)
                case Tell(_, listed) | Skip(_, _, listed, follow=True):
                    return self._with_sidecar(Got(action), listed)
                case _:
                    return Got(action)
        except ObjectError as error:
            return Got(action, failed=str(error))

    def _with_sidecar(self, got: Got, listed: Listed | None) -> Got:
        """Return it with its sidecar: one that cannot be read never blocks its image."""
        try:
            return replace(got, sidecar=self._sidecar(listed))
        except ObjectError as error:
            return replace(got, unread=f"the sidecar: {error}")

    def _image(self, action: Take) -> Got:
        # One byte more than is taken: it may have grown since it was listed.
        data = self.bucket.read(action.path, settings.UPLOAD_MAX_BYTES + 1)
        try:
            with examine(io.BytesIO(data), self.name(action.path)) as examined:
                keep(examined, self.workspace)
                return Got(action, examined)
        except RefusedFileError as refusal:
            return Got(action, refused=str(refusal))

    def _sidecar(self, listed: Listed | None) -> sidecar.Said | sidecar.Unreadable | None:
        if listed is None:
            return None
        # As of an image; but of an empty object no range can be asked for.
        return sidecar.refused(listed) or sidecar.read(
            self.bucket.read(listed.path, MAX_SIDECAR + 1 if listed.size else None)
        )


def read_ahead(
    reader: Reader, actions: Iterable[Action], threads: int, look: Callable[[], None]
) -> Iterator[Got]:
    """Yield what was read for each action, in their order.

    `look` is called now and then while nothing comes; what it raises ends the reading.
    """
    remaining = iter(actions)
    under_way: deque[Future[Got]] = deque()
    pool = ThreadPoolExecutor(threads, thread_name_prefix="mirror")
    try:
        while True:
            while len(under_way) < AHEAD and (action := next(remaining, None)) is not None:
                under_way.append(pool.submit(reader.read, action))
            if not under_way:
                return
            yield _awaited(under_way.popleft(), look)
    finally:
        # Called off, nobody waits for what a bucket may take a minute to answer.
        pool.shutdown(wait=False, cancel_futures=True)


def _awaited(future: Future[Got], look: Callable[[], None]) -> Got:
    while True:
        try:
            return future.result(timeout=LOOK_EVERY)
        except NotYetError:
            look()
