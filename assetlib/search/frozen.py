"""What a query found, kept as bytes: work that is done later is about those images and no others.

    frozen = freeze(workspace, "camera_id:cam001")
    frozen.count, thaw(frozen.data)

A bulk edit that searched again, batch by batch, would shrink under itself; and whoever goes on with
it after a killed worker must find the same images.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from assetlib.accounts.models import Workspace
from assetlib.changes.batches import BATCH
from assetlib.columns.codec import Array
from assetlib.columns.snapshot import read_snapshot
from assetlib.search.language.parser import parse
from assetlib.search.notices import Notice
from assetlib.search.result import search
from assetlib.search.source import Mask
from assetlib.search.tables import askable


@dataclass(frozen=True, slots=True)
class Frozen:
    """`data` is what `thaw` reads; `missing` are the ids that name no image of the library."""

    data: bytes
    count: int
    missing: tuple[str, ...] = ()


class NoticesError(Exception):
    """The library lacks what the query speaks of: it may well find what nobody meant.

    `-camra_id:x` finds every image. Whoever means it says so.
    """

    def __init__(self, notices: Sequence[Notice]) -> None:
        super().__init__(" ".join(notice.message for notice in notices))
        self.notices = tuple(notices)


def freeze(
    workspace: Workspace, text: str, *, force: bool = False, now: datetime | None = None
) -> Frozen:
    """Return the images that the query finds now.

    Raises QueryError, and NoticesError unless `force`.
    """
    query = parse(text)
    with read_snapshot():
        result = search(workspace, query, now)
    if result.notices and not force:
        raise NoticesError(result.notices)
    return Frozen(_pack(result.chosen.mask), result.chosen.total)


def freeze_ids(workspace: Workspace, public_ids: Sequence[str]) -> Frozen:
    """Return the images with these ids; those in the trash are none."""
    with read_snapshot():
        asked = [each for each in public_ids if askable(each)]
        alive = workspace.images.alive().filter(public_id__among=asked)
        found = dict(alive.values_list("public_id", "ord"))
    mask = np.zeros(max(found.values(), default=-1) + 1, dtype=np.bool_)
    mask[list(found.values())] = True
    missing = tuple(each for each in dict.fromkeys(public_ids) if each not in found)
    return Frozen(_pack(mask), len(found), missing)


def _pack(mask: Mask) -> bytes:
    return zlib.compress(np.packbits(mask).tobytes(), level=1)


def thaw(data: bytes) -> Array:
    """Return the ords of the images, rising."""
    return np.flatnonzero(np.unpackbits(np.frombuffer(zlib.decompress(data), dtype=np.uint8)))


def batches_of(data: bytes, *, after: int = -1, size: int = BATCH) -> Iterator[list[int]]:
    """Yield the ords beyond `after` in lists of at most `size`, rising."""
    ords = thaw(data)
    for start in range(int(np.searchsorted(ords, after, side="right")), ords.size, size):
        yield ords[start : start + size].tolist()
