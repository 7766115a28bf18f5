"""Columns kept in memory between searches: one cache a process, the least recently used go first.

A column is kept with the sequence number of the snapshot it was read in. A later snapshot asks once
which chunks were written since, and of those only the ones a search needs are read again. An
earlier one, which a slower thread may still hold, leaves the cache alone.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(slots=True)
class Kept:
    whole: Any
    size: int
    nbytes: int
    stale: set[int] = field(default_factory=set)


@dataclass(slots=True)
class _Library:
    """What is kept of one workspace: all of it as of `seq`, but for the chunks that are stale."""

    seq: int
    names: set[str] = field(default_factory=set)


Changed = Callable[[int], Iterable[tuple[str, int]]]


class Cache:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._libraries: dict[UUID, _Library] = {}
        self._kept: OrderedDict[tuple[UUID, str], Kept] = OrderedDict()
        self._nbytes = 0

    def follow(self, uid: UUID, seq: int, changed: Changed) -> bool:
        """Hear what was written up to `seq`; False when the cache knows of later writes already.

        `changed` returns the (column, chunk) written after a sequence number, as the snapshot of
        `seq` shows it.
        """
        with self._lock:
            library = self._libraries.setdefault(uid, _Library(seq))
            seen = library.seq
        if seen == seq:
            return True
        if seen > seq:
            return False
        by_column: dict[str, set[int]] = defaultdict(set)
        for name, number in changed(seen):
            by_column[name].add(number)
        with self._lock:
            # Another thread may have been here meanwhile, with the same snapshot or a later one.
            if library.seq != seen:
                return library.seq == seq
            for name in library.names & by_column.keys():
                self._kept[uid, name].stale |= by_column[name]
            library.seq = seq
        return True

    def get(self, uid: UUID, seq: int, name: str) -> Kept | None:
        """Return what is kept of the column as of `seq`; it may be stale in some chunks."""
        with self._lock:
            library = self._libraries.get(uid)
            if library is None or library.seq != seq or name not in library.names:
                return None
            self._kept.move_to_end((uid, name))
            kept = self._kept[uid, name]
            return Kept(kept.whole, kept.size, kept.nbytes, set(kept.stale))

    def keep(self, uid: UUID, seq: int, name: str, kept: Kept, limit: int) -> None:
        """Keep the column, if nothing was written since, and let others go beyond `limit` bytes."""
        with self._lock:
            library = self._libraries.get(uid)
            if library is None or library.seq != seq or kept.nbytes > limit:
                return
            self._drop(uid, name)
            self._kept[uid, name] = kept
            library.names.add(name)
            self._nbytes += kept.nbytes
            while self._nbytes > limit:
                self._drop(*next(iter(self._kept)))

    def clear(self) -> None:
        with self._lock:
            self._libraries.clear()
            self._kept.clear()
            self._nbytes = 0

    @property
    def nbytes(self) -> int:
        return self._nbytes

    def _drop(self, uid: UUID, name: str) -> None:
        kept = self._kept.pop((uid, name), None)
        if kept is not None:
            self._nbytes -= kept.nbytes
            self._libraries[uid].names.discard(name)


cache = Cache()
