"""What a run would do: the listing and the ledger walked in step, and actions yielded.

Pure: nothing is read or written here. Both come in the order of paths and neither is kept, so a
bucket of any size is planned in the same memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from assetlib.mirror.listing import Globs, Listed, Paths
from assetlib.mirror.sidecar import Alone, Pair, Paired, Pairing

# What became of an object at the last run that looked at it.
Outcome = Literal["synced", "problem", "skipped", "failed", "held", "gone", "removed", "alone"]
LEFT: frozenset[Outcome] = frozenset({"gone", "removed"})


class Row(NamedTuple):
    """An object as the ledger knows it; `applied` is the strategy its sidecar was applied by.

    `is_told`: there is a sidecar, or one was once applied to the image.
    """

    path: str
    etag: str
    size: int
    sidecar_path: str
    sidecar_etag: str
    outcome: Outcome
    applied: str
    has_image: bool
    is_told: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """What a mirror is told of its bucket."""

    strategy: str
    paths: Paths = field(default_factory=Globs)
    update_images: bool = True
    update_metadata: bool = True
    most_bytes: int = 20_000_000


@dataclass(frozen=True, slots=True)
class Take:
    """Read the object, which is new or has changed, and its sidecar if `follow` says so."""

    image: Listed
    sidecar: Listed | None
    new: bool
    follow: bool = True

    @property
    def path(self) -> str:
        return self.image.path


@dataclass(frozen=True, slots=True)
class Tell:
    """Read the sidecar, which is new or has changed; the image is as it was."""

    path: str
    sidecar: Listed


@dataclass(frozen=True, slots=True)
class Untell:
    """Go on without the sidecar, which has left."""

    path: str


@dataclass(frozen=True, slots=True)
class Reapply:
    """Apply what the sidecar is known to say: by another strategy, or because someone asks."""

    path: str


@dataclass(frozen=True, slots=True)
class Vanish:
    """The object has left the bucket, or what the mirror looks at."""

    path: str


@dataclass(frozen=True, slots=True)
class Skip:
    """Note an object that is not even read, and why; `follow` as of what is taken.

    Only the image of an object that was taken before has a sidecar to follow.
    """

    image: Listed
    reason: str
    sidecar: Listed | None = None
    follow: bool = False

    @property
    def path(self) -> str:
        return self.image.path


@dataclass(frozen=True, slots=True)
class Note:
    """Note a sidecar that no image claims."""

    sidecar: Listed
    reason: str

    @property
    def path(self) -> str:
        return self.sidecar.path


@dataclass(frozen=True, slots=True)
class Forget:
    """Drop the note of a sidecar that has gone, or has an image by now."""

    path: str


Action: TypeAlias = Take | Tell | Untell | Reapply | Vanish | Skip | Note | Forget


@dataclass(slots=True)
class Seen:
    """How much there was, counted while a plan is walked."""

    images: int = 0
    unchanged: int = 0
    held: int = 0


def plan(
    listing: Iterable[Listed], rows: Iterable[Row], rules: Rules, seen: Seen | None = None
) -> Iterator[Action]:
    """Yield what is to be done, in the order of paths.

    What vanishes is yielded where its path lies; a run does it last.
    """
    return _Walk(rules, seen or Seen()).actions(listing, rows)


def reapplied(rows: Iterable[Row]) -> Iterator[Action]:
    """Yield the plan of a run that looks at no bucket: all that is known, applied once more."""
    for row in rows:
        if row.has_image and row.is_told and row.outcome not in {*LEFT, "held"}:
            yield Reapply(row.path)


@dataclass(slots=True)
class _Walk:
    rules: Rules
    seen: Seen
    pairing: Pairing = field(default_factory=Pairing)
    # The rows of objects that are met and not paired yet.
    known: dict[str, Row] = field(default_factory=dict)

    def actions(self, listing: Iterable[Listed], rows: Iterable[Row]) -> Iterator[Action]:
        for listed, row in in_step(listing, rows):
            if listed is None:
                if row is not None:
                    yield from _left(row)
                continue
            if row is not None:
                self.known[listed.path] = row
            for paired in self.pairing.meet(listed):
                yield from self._decide(paired)
        for paired in self.pairing.finish():
            yield from self._decide(paired)

    def _decide(self, paired: Paired) -> Iterator[Action]:
        row = self.known.pop(paired.path, None)
        match paired:
            case Alone():
                yield from self._alone(paired, row)
            case Pair(sidecar=sidecar) as pair:
                if sidecar is not None and (noted := self.known.pop(sidecar.path, None)):
                    yield from _left(noted)
                yield from self._pair(pair, row)

    def _alone(self, alone: Alone, row: Row | None) -> Iterator[Action]:
        if alone.path not in self.rules.paths.of_sidecars:
            yield from _left(row)
        elif row is None or row.etag != alone.sidecar.etag:
            yield Note(alone.sidecar, alone.reason)

    def _pair(self, pair: Pair, row: Row | None) -> Iterator[Action]:
        if pair.path not in self.rules.paths:
            yield from _left(row)
            return
        self.seen.images += 1
        if row is not None and row.outcome == "held":
            self.seen.held += 1
            return
        action = self._looked_at(pair, row)
        if action is None:
            self.seen.unchanged += 1
        else:
            yield action

    def _looked_at(self, pair: Pair, row: Row | None) -> Action | None:
        image, sidecar = pair.image, pair.sidecar
        if row is not None and not self._bytes_changed(image, row):
            return self._sidecar_changed(pair, row) if row.has_image else None
        first = row is None or not row.has_image
        back = row is not None and row.outcome in LEFT
        news = self._news(pair, row)
        if against := self._against(image):
            heard = news and not (first or back)
            return Skip(image, against, sidecar if heard else None, heard)
        follow = first or (back and self.rules.update_metadata) or news
        return Take(image, sidecar, first or back, follow)

    def _against(self, image: Listed) -> str:
        """Return what its size alone says against reading an object; empty where nothing does."""
        if not image.size:
            return "The file is empty."
        if image.size > self.rules.most_bytes:
            most = self.rules.most_bytes / 1e6
            return f"The file has {image.size / 1e6:,.0f} MB; {most:,.0f} are taken."
        return ""

    def _bytes_changed(self, image: Listed, row: Row) -> bool:
        if row.outcome == "failed" or row.outcome in LEFT:
            return True
        changed = (image.etag, image.size) != (row.etag, row.size)
        # What is no image yet may become one.
        return changed and (self.rules.update_images or not row.has_image)

    def _news(self, pair: Pair, row: Row | None) -> bool:
        """Whether the sidecar is another than the ledger knows, and is to be followed."""
        sidecar = pair.sidecar
        now = (sidecar.path, sidecar.etag) if sidecar else ("", "")
        known = (row.sidecar_path, row.sidecar_etag) if row else ("", "")
        return self.rules.update_metadata and now != known

    def _sidecar_changed(self, pair: Pair, row: Row) -> Action | None:
        if self._news(pair, row):
            return Untell(pair.path) if pair.sidecar is None else Tell(pair.path, pair.sidecar)
        again = row.is_told and row.applied != self.rules.strategy
        return Reapply(pair.path) if again and self.rules.update_metadata else None


def _left(row: Row | None) -> Iterator[Action]:
    """Yield what is to be done of a row whose object is not looked at any more."""
    if row is None or row.outcome in LEFT:
        return
    yield Forget(row.path) if row.outcome == "alone" else Vanish(row.path)


def in_step(
    listing: Iterable[Listed], rows: Iterable[Row]
) -> Iterator[tuple[Listed | None, Row | None]]:
    """Yield each path once, with what the bucket and what the ledger has of it."""
    remaining = iter(rows)
    row = next(remaining, None)
    for listed in listing:
        path = listed.path
        # A folder that some tool wrote down as an object.
        if path[-1:] == "/":
            continue
        while row is not None and row.path < path:
            yield None, row
            row = next(remaining, None)
        if row is not None and row.path == path:
            yield listed, row
            row = next(remaining, None)
        else:
            yield listed, None
    while row is not None:
        yield None, row
        row = next(remaining, None)
