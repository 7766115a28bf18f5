"""A folder of images with sidecars into the library, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from assetlib.accounts.models import Workspace
from assetlib.changes.act import Actor
from assetlib.changes.models import ChangeSet, Origin
from assetlib.transfer.pairing import pair
from assetlib.transfer.upload import About, Incoming, Result, upload
from images.errors import RefusedFileError
from metadata.json_rules import MAX_SIDECAR

BATCH = 100


@dataclass(frozen=True, slots=True)
class Listed:
    """What lies in a folder: how many images, and sidecars without one."""

    pairs: Sequence[tuple[str, str | None]]
    orphans: Sequence[str]


def list_folder(folder: Path) -> Listed:
    """Return what lies in the folder and those in it, by path; hidden files are left out."""
    paths = sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )
    pairing = pair(paths)
    return Listed(pairing.pairs, pairing.orphans)


def ingest_folder(
    workspace: Workspace,
    folder: Path,
    listed: Listed,
    *,
    by: Actor,
    about: About,
) -> Iterator[Result]:
    """Take the images in and yield a result for each, as soon as its batch is committed.

    Stopped and started again it goes on: what is there already is told as a duplicate.
    """
    into: ChangeSet | None = None
    pairs = iter(listed.pairs)
    while batch := list(islice(pairs, BATCH)):
        with ExitStack() as streams:
            files: list[Incoming] = []
            for path, sidecar in batch:
                try:
                    files.append(_open(folder, path, sidecar, streams))
                except OSError as error:
                    refusal = RefusedFileError(f"It cannot be read: {error.strerror}.")
                    yield Result(path, None, refusal=refusal)
            done = upload(workspace, files, by=by, origin=Origin.IMPORT, about=about, into=into)
        into = done.change_set or into
        yield from done.results


def _open(folder: Path, path: str, sidecar: str | None, streams: ExitStack) -> Incoming:
    # The sidecar first: where it cannot be read the image waits for it.
    said = _read(folder / sidecar) if sidecar else None
    return Incoming(path, streams.enter_context((folder / path).open("rb")), said)


def _read(path: Path) -> bytes:
    # One byte more than is allowed tells a sidecar that is too large without reading all of it.
    with path.open("rb") as file:
        return file.read(MAX_SIDECAR + 1)
