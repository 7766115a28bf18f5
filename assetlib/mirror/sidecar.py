"""Which sidecar is whose, and what one says. Pure: paths and bytes in, no bucket.

`Pairing` walks a listing once and keeps only what still waits for its other half, so that its
memory does not grow with the bucket.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from assetlib.mirror.listing import Listed
from metadata.json_rules import (
    MAX_SIDECAR,
    JsonProblem,
    Problem,
    read_sidecar,
    too_large,
)
from metadata.values import Value

ENDING = ".json"
ALONE = "a sidecar without an image"
PASSED_OVER = "another sidecar of its image goes before it"
WRONG_CASE = "a sidecar’s name ends in .json, in lower case"
# What is paired waits this long, in objects, for its turn in the order of paths.
MOST_READY = 1_000


@dataclass(frozen=True, slots=True)
class Said:
    """What a sidecar says: its good entries, and the keys whose entries are bad.

    A held key, and the keys below it, stay on the image as they are.
    """

    entries: dict[str, Value]
    held: frozenset[str] = frozenset()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A sidecar of which nothing can be taken: it changes nothing."""

    reason: str


def read(data: bytes) -> Said | Unreadable:
    """Return what the bytes of a sidecar say."""
    try:
        found = read_sidecar(data)
    except JsonProblem as problem:
        return Unreadable(problem.message)
    whole = next((problem for problem in found.problems if not problem.key), None)
    if whole is not None:
        # Too many entries; one whose very key is empty says so of itself as well.
        return Unreadable(whole.message)
    return Said(
        found.entries,
        frozenset(problem.key for problem in found.problems),
        tuple(map(_sentence, found.problems)),
        tuple(_alike(found.entries)),
    )


def refused(listed: Listed) -> Unreadable | None:
    """Return what the listing alone says against reading a sidecar."""
    if listed.size > MAX_SIDECAR:
        return Unreadable(too_large(listed.size, MAX_SIDECAR))
    return None


def _sentence(problem: Problem) -> str:
    return f"key “{problem.key}”: {problem.message}"


def _alike(entries: Iterable[str]) -> Iterator[str]:
    by_folded: dict[str, list[str]] = defaultdict(list)
    for key in entries:
        by_folded[key.lower()].append(key)
    for keys in by_folded.values():
        if len(keys) > 1:
            names = " and ".join(f"“{key}”" for key in sorted(keys))
            yield f"{names} are different keys: upper and lower case count"


@dataclass(frozen=True, slots=True)
class Pair:
    """An image, or what may be one, with its sidecar."""

    image: Listed
    sidecar: Listed | None

    @property
    def path(self) -> str:
        return self.image.path


@dataclass(frozen=True, slots=True)
class Alone:
    """A sidecar that no image claims."""

    sidecar: Listed
    reason: str

    @property
    def path(self) -> str:
        return self.sidecar.path


Paired: TypeAlias = Pair | Alone


def names_of_sidecar(path: str) -> tuple[str, str]:
    """Return where the sidecar of an image lies: `img1.json`, else `img1.jpg.json`."""
    folder, slash, name = path.rpartition("/")
    stem, dot, _ = name.rpartition(".")
    return folder + slash + (stem if dot and stem else name) + ENDING, path + ENDING


@dataclass(slots=True)
class _Claim:
    sidecar: Listed
    taken: bool = False
    # The image it is named for goes by its other one.
    passed: bool = False


@dataclass(slots=True)
class Pairing:
    """Meets a listing in its order, and returns what is paired by then, in the same order.

    Kept are the images whose sidecar may still come and the sidecars that some image may still
    claim. All between an image and its sidecar begins with the image's name without its ending, so
    few wait at a time. Where more than a thousand objects lie between, they go first.
    """

    waiting: list[tuple[Listed, str, str]] = field(default_factory=list)
    sidecars: dict[str, _Claim] = field(default_factory=dict)
    # Names of sidecars that may still come, and would be passed over.
    passed: set[str] = field(default_factory=set)
    ready: list[tuple[str, int, Paired]] = field(default_factory=list)
    count: int = 0

    def meet(self, found: Listed) -> Iterator[Paired]:
        """Take the next object of the listing."""
        path = found.path
        if self.waiting:
            self._settle(path)
        if self.sidecars:
            self._let_go(path)
        if path.endswith(ENDING):
            self.sidecars[path] = _Claim(found, passed=path in self.passed)
            if self.waiting:
                self._settle(path)
        elif path.lower().endswith(ENDING):
            self._push(Alone(found, WRONG_CASE))
        else:
            first, second = names_of_sidecar(path)
            if first in self.sidecars:
                self._push(self._claimed(found, first))
                self.passed = {name for name in self.passed if name > path} | {second}
            else:
                self.waiting.append((found, first, second))
        return self._in_order(MOST_READY)

    def finish(self) -> Iterator[Paired]:
        """Return the rest, when the listing is at its end."""
        for image, first, second in self.waiting:
            self._push(self._claimed(image, first, second))
        self.waiting = []
        for claim in self.sidecars.values():
            self._give_up(claim)
        return self._in_order(0)

    def _settle(self, path: str) -> None:
        """Pair the images whose sidecar is there, or can no longer come now that `path` has."""
        still = []
        for waiting in self.waiting:
            image, first, second = waiting
            if first in self.sidecars or (path > first and path > second):
                self._push(self._claimed(image, first, second))
            else:
                still.append(waiting)
        self.waiting = still

    def _let_go(self, path: str) -> None:
        """Give up the sidecars that no image can claim any more."""
        wanted = {second for _, _, second in self.waiting}
        for name, claim in list(self.sidecars.items()):
            if name not in wanted and not path.startswith(name.removesuffix("json")):
                del self.sidecars[name]
                self._give_up(claim)

    def _give_up(self, claim: _Claim) -> None:
        if not claim.taken:
            self._push(Alone(claim.sidecar, PASSED_OVER if claim.passed else ALONE))

    def _claimed(self, image: Listed, *names: str) -> Pair:
        there = [self.sidecars[name] for name in names if name in self.sidecars]
        if not there:
            return Pair(image, None)
        claim, *others = there
        claim.taken = True
        for other in others:
            other.passed = True
        return Pair(image, claim.sidecar)

    def _push(self, paired: Paired) -> None:
        self.count += 1
        heapq.heappush(self.ready, (paired.path, self.count, paired))

    def _in_order(self, most: int) -> Iterator[Paired]:
        while self.ready:
            first = self.waiting[0][0].path if self.waiting else None
            if first is not None and self.ready[0][0] > first and len(self.ready) <= most:
                return
            yield heapq.heappop(self.ready)[2]
