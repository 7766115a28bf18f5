"""The columns of one workspace at one moment: what filters, order and explanations are made from.

A column is a numpy array with one place for each `ord`. It is read when it is first asked for, in
one question to the database, and kept for the one search that the `Source` belongs to. Make a
source inside a `read_snapshot()` and use it there only: then all columns show the same moment.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple, TypeVar

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from assetlib.accounts.models import Workspace
from images.models import Image, Membership, Project
from metadata.batches import batches
from metadata.models import NORM_LENGTH, Entry, ImageTag, Key, StoredType, Tag, Value
from metadata.values import normalise

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
T = TypeVar("T")

NUMBER_FIELDS = Literal["width", "height", "size"]
TIME_FIELDS = Literal["uploaded_at", "updated_at", "taken_at"]

NO_CODE = -1
NO_TIME = np.iinfo(np.int64).min
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class KeyColumn:
    """The entries of one key. An image has a code, or a number, or (NO_CODE and NaN) neither."""

    codes: Integers
    numbers: Floats

    @property
    def present(self) -> Mask:
        present: Mask = (self.codes != NO_CODE) | ~np.isnan(self.numbers)
        return present


class Word(NamedTuple):
    """A string or boolean of a key's dictionary; `norm` is the whole text's."""

    code: int
    type: str
    text: str
    norm: str


@dataclass(frozen=True, slots=True)
class Memberships:
    """One place for each membership, in no order."""

    ords: Integers
    projects: Integers
    splits: NDArray[np.str_]
    batches: NDArray[np.object_]


def either(masks: Iterable[Mask]) -> Mask:
    """Return where at least one of the masks, of which there is one, holds."""
    first, *others = masks
    return functools.reduce(operator.or_, others, first)


def both(masks: Iterable[Mask]) -> Mask:
    """Return where all the masks, of which there is one, hold."""
    first, *others = masks
    return functools.reduce(operator.and_, others, first)


def microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


class Source:
    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        # Read again: images may have been added since the caller read the workspace.
        self.size: int = Workspace.objects.values_list("next_ord", flat=True).get(pk=workspace.pk)
        self._kept: dict[Hashable, Any] = {}

    def _once(self, name: Hashable, load: Callable[[], T]) -> T:
        if name not in self._kept:
            self._kept[name] = load()
        kept: T = self._kept[name]
        return kept

    def mask(self, ords: Iterable[int]) -> Mask:
        mask = np.zeros(self.size, dtype=np.bool_)
        mask[_integers(ords)] = True
        return mask

    def nothing(self) -> Mask:
        return np.zeros(self.size, dtype=np.bool_)

    def everything(self) -> Mask:
        return np.ones(self.size, dtype=np.bool_)

    @property
    def _images(self) -> QuerySet[Image]:
        return Image.objects.filter(workspace=self.workspace)

    # Images

    def alive(self) -> Mask:
        rows = self._images.filter(deleted_at=None).values_list("ord", flat=True)
        return self._once("alive", lambda: self.mask(rows.iterator(10_000)))

    def numbers(self, field: NUMBER_FIELDS) -> Floats:
        def load() -> Floats:
            ords, values = _pairs(self._images.values_list("ord", field))
            column = np.full(self.size, np.nan)
            column[_integers(ords)] = values
            return column

        return self._once(field, load)

    def formats(self) -> NDArray[np.str_]:
        def load() -> NDArray[np.str_]:
            ords, values = _pairs(self._images.values_list("ord", "format"))
            column = np.zeros(self.size, dtype="U4")
            column[_integers(ords)] = values
            return column

        return self._once("format", load)

    def times(self, field: TIME_FIELDS) -> Integers:
        """Return microseconds since 1970, NO_TIME where there is none."""

        def load() -> Integers:
            rows = self._images.exclude(**{field: None}).values_list("ord", field)
            ords, moments = _pairs(rows)
            column = np.full(self.size, NO_TIME, dtype=np.int64)
            column[_integers(ords)] = [microseconds(moment) for moment in moments]
            return column

        return self._once(field, load)

    def filenames(self) -> list[str]:
        """Return the normalised file names by ord; empty where no image is any more."""
        return self._once("filename", lambda: self._texts("filename", normalise))

    def public_ids(self) -> list[str]:
        return self._once("public_id", lambda: self._texts("public_id", str))

    def _texts(self, field: str, change: Callable[[str], str]) -> list[str]:
        column = [""] * self.size
        for ord_, text in self._images.values_list("ord", field).iterator(10_000):
            column[ord_] = change(text)
        return column

    # Metadata

    def keys(self) -> dict[str, Key]:
        """Return the keys that some image outside the trash has, by name."""
        return self._once("keys", lambda: {key.name: key for key in self.workspace.keys.in_use()})

    def key(self, name: str) -> Key | None:
        return self._once(("key", name), lambda: self.workspace.keys.filter(name=name).first())

    def entries(self, key: Key) -> KeyColumn:
        return self._once(("entries", key.pk), lambda: self._entries(key))

    def _entries(self, key: Key) -> KeyColumn:
        rows = Entry.objects.filter(key=key).order_by()
        ords, codes, numbers = _columns(rows.values_list("image__ord", "value__code", "number"), 3)
        places = _integers(ords)
        column = KeyColumn(np.full(self.size, NO_CODE, dtype=np.int64), np.full(self.size, np.nan))
        # None becomes NaN.
        column.numbers[places] = np.array(numbers, dtype=np.float64)
        column.codes[places] = np.nan_to_num(np.array(codes, dtype=np.float64), nan=NO_CODE)
        return column

    def with_origin(self, origin: str, key: Key | None = None) -> Mask:
        """Return the images whose entry of the key, or of any key, has the origin."""
        rows = Entry.objects.filter(key__workspace=self.workspace, origin=origin).order_by()
        if key is not None:
            rows = rows.filter(key=key)
        return self.mask(rows.values_list("image__ord", flat=True).distinct().iterator(10_000))

    def dictionary(self, key: Key) -> list[Word]:
        """Return all the strings and booleans the key ever had, in use or not."""
        return self._once(("dictionary", key.pk), lambda: _words(key.values.all()))

    def codes_of(self, key: Key, text: str, type_: StoredType) -> Integers:
        """Return the codes of the strings, or the boolean, that match the text."""
        norm = normalise(text)
        if not askable(norm):
            return _integers(())
        rows = key.values.filter(type=type_, norm=norm[:NORM_LENGTH])
        return _integers(word.code for word in _words(rows) if word.norm == norm)

    def saying(self, text: str) -> Mask:
        """Return the images with an entry, of whatever key, that is this string."""
        norm = normalise(text)
        if not askable(norm):
            return self.nothing()
        rows = Entry.objects.filter(
            value__key__workspace=self.workspace,
            value__type=StoredType.STRING,
            value__norm=norm[:NORM_LENGTH],
        ).order_by()
        if len(norm) < NORM_LENGTH:
            return self.mask(rows.values_list("image__ord", flat=True))
        pairs = rows.values_list("image__ord", "value__text")
        return self.mask(ord_ for ord_, full in pairs if normalise(full) == norm)

    def with_metadata(self) -> Mask:
        rows = Entry.objects.filter(key__workspace=self.workspace).order_by()
        load = rows.values_list("image__ord", flat=True).distinct
        return self._once("metadata", lambda: self.mask(load().iterator(10_000)))

    # Tags and projects

    def tags(self) -> list[Tag]:
        return self._once("tags", lambda: list(self.workspace.tags.all()))

    def tagged(self, tags: Iterable[Tag]) -> Mask:
        """Return the images with any of the tags."""
        mask = self.nothing()
        for batch in batches(tag.pk for tag in tags):
            rows = ImageTag.objects.filter(tag__in=batch).order_by()
            mask[_integers(rows.values_list("image__ord", flat=True).iterator(10_000))] = True
        return mask

    def projects(self) -> list[Project]:
        return self._once("projects", lambda: list(self.workspace.projects.all()))

    def members(self, projects: Iterable[Project]) -> Mask:
        """Return the images in any of the projects."""
        mask = self.nothing()
        for batch in batches(project.pk for project in projects):
            rows = Membership.objects.filter(project__in=batch).order_by()
            mask[_integers(rows.values_list("image__ord", flat=True).iterator(10_000))] = True
        return mask

    def memberships(self) -> Memberships:
        def load() -> Memberships:
            rows = Membership.objects.filter(project__workspace=self.workspace).order_by()
            ords, projects, splits, named = _columns(
                rows.values_list("image__ord", "project_id", "split", "batch"), 4
            )
            return Memberships(
                _integers(ords),
                _integers(projects),
                np.array(splits, dtype="U5"),
                np.array([normalise(batch) for batch in named], dtype=np.object_),
            )

        return self._once("memberships", load)


def askable(text: str) -> bool:
    """Whether a database takes the text: one with NUL or half a character is in no table anyway."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _words(rows: QuerySet[Value]) -> list[Word]:
    # What the dictionary has cut is normalised once more from the text.
    return [
        Word(code, type_, text, norm if len(norm) < NORM_LENGTH else normalise(text))
        for code, type_, text, norm in rows.values_list("code", "type", "text", "norm").iterator(
            10_000
        )
    ]


def _integers(values: Iterable[int]) -> Integers:
    return np.fromiter(values, dtype=np.int64)


def _pairs(rows: QuerySet[Any, tuple[Any, ...]]) -> tuple[Sequence[Any], Sequence[Any]]:
    first, second = _columns(rows, 2)
    return first, second


def _columns(rows: QuerySet[Any, tuple[Any, ...]], width: int) -> tuple[Sequence[Any], ...]:
    # Turned round at once, rather than a list for each row.
    columns = tuple(zip(*rows.iterator(10_000), strict=True))
    return columns or ((),) * width
