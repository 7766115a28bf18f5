"""The columns against the tables: what they should hold, whether they do, and putting them right.

A stretch of 4,096 images is taken at a time, each in a transaction of its own: others go on
searching and writing, while a library is verified or built anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from assetlib.accounts.models import Workspace
from assetlib.annotations.columns import put_stretch as put_annotations
from assetlib.columns import chunks
from assetlib.columns.codec import CHUNK, SHIFT
from assetlib.columns.snapshot import read_snapshot
from assetlib.columns.writing import Sheet
from assetlib.mirror.columns import put_stretch as put_places
from images.columns import add_missing_batches
from images.columns import put_stretch as put_images
from metadata.columns import dictionary_of, put_dictionary
from metadata.columns import put_stretch as put_metadata
from metadata.models import Key


@dataclass(frozen=True, slots=True)
class Part:
    """4,096 places of the index: of all columns of images, or of one key's dictionary."""

    number: int
    key: Key | None = None

    @property
    def places(self) -> range:
        return range(self.number << SHIFT, (self.number + 1) << SHIFT)

    def derived(self, workspace: Workspace) -> dict[tuple[str, int], bytes]:
        """Return the chunks as the tables have them."""
        sheet = Sheet(workspace)
        if self.key is None:
            put_images(sheet, workspace, self.places)
            put_metadata(sheet, workspace, self.places)
            put_annotations(sheet, workspace, self.places)
            put_places(sheet, workspace, self.places)
        else:
            put_dictionary(sheet, self.key, self.places)
        return sheet.derived()

    def stored(self, workspace: Workspace) -> dict[tuple[str, int], bytes]:
        if self.key is None:
            held = chunks.read_at(workspace.pk, self.number)
            return {(name, self.number): data for name, data in held.items() if data}
        name = dictionary_of(self.key.pk).name
        read = chunks.read_some(workspace.pk, name, [self.number])
        return {(name, number): data for number, data in read.items() if data}


@dataclass(frozen=True, slots=True)
class WrongChunk:
    """A chunk that is not what the tables say; `data` is what it should be, empty for nothing."""

    column: str
    number: int
    data: bytes

    def __str__(self) -> str:
        first = self.number << SHIFT
        return f"column {self.column} is wrong between {first:,} and {first + CHUNK - 1:,}"


def parts(workspace: Workspace) -> list[Part]:
    """Return what the index consists of, and what else there are chunks of."""
    workspace.refresh_from_db(fields=["next_ord"])
    numbers = set(range(-(-workspace.next_ord // CHUNK))) | chunks.numbers(workspace.pk)
    dictionaries = [
        Part(number, key)
        for key in workspace.keys.order_by("pk")
        for number in range(-(-key.next_code // CHUNK))
    ]
    return [*map(Part, sorted(numbers)), *dictionaries]


def verify(workspace: Workspace) -> Iterator[WrongChunk]:
    """Yield every chunk that is not what the tables say."""
    for part in parts(workspace):
        with read_snapshot():
            wrong = _wrong(workspace, part)
        yield from wrong


def rebuild(workspace: Workspace, part: Part) -> int:
    """Derive a part of the index from the tables; return how many chunks were wrong."""
    with transaction.atomic():
        locked = Workspace.objects.lock(workspace.pk)
        if part.key is None and not part.number:
            add_missing_batches(locked)
        wrong = _wrong(locked, part)
        if wrong:
            locked.seq += 1
            locked.save(update_fields=["seq"])
            chunks.write(locked.pk, locked.seq, [(w.column, w.number, w.data) for w in wrong])
    return len(wrong)


def _wrong(workspace: Workspace, part: Part) -> list[WrongChunk]:
    derived, stored = part.derived(workspace), part.stored(workspace)
    return [
        WrongChunk(name, number, derived.get((name, number), b""))
        for name, number in sorted(derived.keys() | stored.keys())
        if derived.get((name, number)) != stored.get((name, number))
    ]
