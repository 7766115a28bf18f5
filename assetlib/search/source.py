"""The columns of one workspace at one moment: what filters, order and explanations are made from.

A column has a place for each `ord`, and is read when it is first asked for. Make a source inside a
`read_snapshot()` and use it there only: then columns and rows show the same moment.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from assetlib.accounts.models import Workspace
from assetlib.annotations.columns import BOX_COUNT, BOXES, CLASSES
from assetlib.columns.codec import Array
from assetlib.columns.kinds import FEW, Column, Pairs
from assetlib.columns.reading import Reader
from assetlib.columns.texts import Choice, Texts
from assetlib.mirror.columns import MIRRORS, MORE_PATHS, PATH
from assetlib.mirror.models import LedgerRow
from assetlib.search.tables import Named, Tables, askable
from images.columns import (
    ALIVE,
    BATCHES,
    FILENAME,
    FORMAT,
    FORMATS,
    HEIGHT,
    PROJECTS,
    SIZE,
    SPLITS,
    TAKEN,
    UPDATED,
    UPLOADED,
    WIDTH,
)
from metadata.columns import ORIGINS as ORIGIN_CODES
from metadata.columns import SAID, TAGS, codes_of, dictionary_of, numbers_of, origins_of
from metadata.models import Key

Mask = NDArray[np.bool_]
T = TypeVar("T")

NumberField = Literal["width", "height", "size"]
TimeField = Literal["uploaded", "updated", "taken"]

NUMBERS: dict[NumberField, Column[Array]] = {"width": WIDTH, "height": HEIGHT, "size": SIZE}
TIMES: dict[TimeField, Column[Array]] = {"uploaded": UPLOADED, "updated": UPDATED, "taken": TAKEN}


@dataclass(frozen=True, slots=True)
class KeyColumn:
    """The entries of one key. An image has a code, plus 1, or a number, or (0 and NaN) neither."""

    codes: Array
    numbers: Array


def either(masks: Iterable[Mask]) -> Mask:
    """Return where at least one of the masks, of which there is one, holds."""
    first, *others = masks
    return functools.reduce(operator.or_, others, first)


def both(masks: Iterable[Mask]) -> Mask:
    """Return where all the masks, of which there is one, hold."""
    first, *others = masks
    return functools.reduce(operator.and_, others, first)


class Source(Tables):
    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._reader = Reader(workspace)
        self.size = self._reader.size

    def _get(self, column: Column[T], size: int | None = None) -> T:
        return self._once(("column", column.name), lambda: self._reader.get(column, size))

    def nothing(self) -> Mask:
        return np.zeros(self.size, dtype=np.bool_)

    def everything(self) -> Mask:
        return np.ones(self.size, dtype=np.bool_)

    def mask(self, ords: Iterable[int]) -> Mask:
        mask = self.nothing()
        mask[np.fromiter(ords, dtype=np.int64)] = True
        return mask

    # Images

    def alive(self) -> Mask:
        return self._get(ALIVE)

    def numbers(self, field: NumberField) -> Array:
        return self._get(NUMBERS[field])

    def times(self, field: TimeField) -> Array:
        """Return microseconds since 1970, NO_TIME where there is none."""
        return self._get(TIMES[field])

    def formats(self) -> Array:
        """Return the places of formats in FORMATS, from 1."""
        return self._get(FORMAT)

    def in_formats(self, names: Iterable[str]) -> Mask:
        table = np.zeros(len(FORMATS) + 1, dtype=np.bool_)
        table[[FORMATS.index(name) + 1 for name in names]] = True
        mask: Mask = table[self.formats()]
        return mask

    def filenames(self) -> Texts:
        return self._get(FILENAME)

    def with_ids(self, ids: Iterable[str]) -> Mask:
        rows = self.workspace.images.filter(public_id__in=[each for each in ids if askable(each)])
        return self.mask(rows.values_list("ord", flat=True))

    def ids(self) -> Iterable[tuple[int, str]]:
        """Yield ord and public id of each image: no column, for hardly anybody asks."""
        return self.workspace.images.order_by().values_list("ord", "public_id").iterator(10_000)

    # Metadata

    def entries(self, key: Key) -> KeyColumn:
        return KeyColumn(self._get(codes_of(key.pk)), self._get(numbers_of(key.pk)))

    def having(self, key: Key) -> Mask:
        mask: Mask = self._get(origins_of(key.pk)) != 0
        return mask

    def with_origin(self, origin: str, key: Key | None = None) -> Mask:
        """Return the images whose entry of the key, or of any key, has the origin."""
        if key is None:
            return self._get(SAID[origin])
        mask: Mask = self._get(origins_of(key.pk)) == ORIGIN_CODES.index(origin) + 1
        return mask

    def with_metadata(self) -> Mask:
        return either(self._get(column) for column in SAID.values())

    def dictionary(self, key: Key) -> Texts:
        """Return all the strings the key ever had by code, in use or not, normalised."""
        return self._get(dictionary_of(key.pk), key.next_code)

    def coded(self, key: Key, codes: Iterable[int]) -> Mask:
        """Return the images whose entry is one of the dictionary's codes."""
        chosen = np.zeros(key.next_code, dtype=np.bool_)
        chosen[list(codes)] = True
        return self._with_codes(key, chosen)

    def saying_of(self, key: Key, choose: Choice) -> Mask:
        """Return the images whose entry of the key is one of the strings chosen."""
        return self._with_codes(key, self.dictionary(key).where(choose))

    def _with_codes(self, key: Key, chosen: Mask) -> Mask:
        held = self._get(codes_of(key.pk))
        few = np.flatnonzero(chosen)
        if few.size <= FEW:
            return either([self.nothing(), *(held == code + 1 for code in few.tolist())])
        # What is no code points to the first place.
        table = np.concatenate([np.zeros(1, dtype=np.bool_), chosen])
        mask: Mask = table.take(held)
        return mask

    def saying(self, text: str) -> Mask:
        """Return the images with an entry, of whatever key, that is this string."""
        mask = self.nothing()
        for key_id, code in self.strings_like(text):
            mask |= self._get(codes_of(key_id)) == code + 1
        return mask

    # Tags and projects

    def tag_lists(self) -> Pairs:
        """Return which images have which tags, by primary key."""
        return self._get(TAGS)

    def tagged(self, tags: Iterable[Named]) -> Mask:
        """Return the images with any of the tags."""
        return self.tag_lists().holding(tag.pk for tag in tags)

    def memberships(self) -> Pairs:
        """Return which images are in which projects and splits, as `membership_code`."""
        return self._get(PROJECTS)

    def members(self, projects: Iterable[int], splits: Iterable[str] = SPLITS) -> Mask:
        """Return the images in any of the projects, given by primary key, and of the splits."""
        places = [SPLITS.index(split) for split in splits]
        items = [project * len(SPLITS) + place for project in projects for place in places]
        return self.memberships().holding(items)

    def batch_lists(self) -> Pairs:
        """Return which images lie in which batches, by primary key."""
        return self._get(BATCHES)

    def in_batches(self, batches: Iterable[Named]) -> Mask:
        return self.batch_lists().holding(batch.pk for batch in batches)

    # Mirrors

    def mirrored(self, mirrors: Iterable[Named]) -> Mask:
        """Return the images that are, or were, in the bucket of any of the mirrors."""
        return self._get(MIRRORS).holding(mirror.pk for mirror in mirrors)

    def paths(self) -> Texts:
        """Return the first path of each image in a mirror's bucket."""
        return self._get(PATH)

    def further_paths(self) -> list[tuple[int, str]]:
        """Return ord and all paths of those images that are at more than one."""
        ords = np.flatnonzero(self._get(MORE_PATHS)).tolist()
        rows = LedgerRow.objects.filter(mirror__workspace=self.workspace, image__ord__among=ords)
        return self._once("further paths", lambda: list(rows.values_list("image__ord", "path")))

    # Boxes

    def class_lists(self) -> Pairs:
        """Return which images have boxes of which classes, by primary key, each class once."""
        return self._get(CLASSES)

    def box_lists(self) -> Pairs:
        """Return of which class each box of the images is, by primary key."""
        return self._get(BOXES)

    def box_counts(self) -> Array:
        return self._get(BOX_COUNT)
