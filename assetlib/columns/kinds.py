"""What a column holds at each place: a number, a code, yes or no, a list of codes, a text.

A kind knows its column in two shapes: a *chunk* of up to 4,096 places as it is written, and the
*whole* that a search computes with. Wholes are never changed: a newer one takes over what stayed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from assetlib.columns import codec
from assetlib.columns.codec import CHUNK, SHIFT, Array, Layout
from assetlib.columns.texts import Block, Texts

Whole = TypeVar("Whole")


class Kind(Protocol[Whole]):
    @property
    def none(self) -> Any:
        """What is put where nothing is."""

    @property
    def item(self) -> str:
        """The type in which an array holds what is put; `O` for texts and lists."""

    def patch(self, data: bytes, places: Array, values: Array) -> bytes:
        """Return the chunk's bytes with other values at these places; the last one at each."""

    def whole(self, chunks: Mapping[int, bytes], size: int, /) -> Whole:
        """Return the column of so many places from its chunks."""

    def renewed(self, whole: Whole, chunks: Mapping[int, bytes], size: int, /) -> Whole:
        """Return the column with these chunks in place of its own."""

    def nbytes(self, whole: Whole) -> int: ...


@dataclass(frozen=True, slots=True)
class Column(Generic[Whole]):
    """A column by the name of its chunks, and what it holds.

    Names that begin with “#” are of dictionaries: their places are codes. Those of all others are
    ords of images.
    """

    name: str
    kind: Kind[Whole]

    def __hash__(self) -> int:
        return hash(self.name)


@dataclass(frozen=True, slots=True)
class Numbers:
    """One number a place, or none: floats (none is NaN) or signed integers."""

    item: str
    none: float

    def patch(self, data: bytes, places: Array, values: Array) -> bytes:
        chunk = np.full(CHUNK, self.none, dtype=self.item)
        held = codec.read_array(data, self.none, self.item)
        chunk[: held.size] = held
        chunk[places] = values
        return codec.write_array(chunk, self._present(chunk))

    def _present(self, chunk: Array) -> NDArray[np.bool_]:
        present: NDArray[np.bool_] = ~np.isnan(chunk) if np.isnan(self.none) else chunk != self.none
        return present

    def whole(self, chunks: Mapping[int, bytes], size: int) -> Array:
        return self._put(np.full(size, self.none, dtype=self.item), chunks)

    def renewed(self, whole: Array, chunks: Mapping[int, bytes], size: int) -> Array:
        renewed = np.full(size, self.none, dtype=self.item)
        renewed[: whole.size] = whole[:size]
        for number in chunks:
            renewed[number << SHIFT : (number + 1) << SHIFT] = self.none
        return self._put(renewed, chunks)

    def _put(self, whole: Array, chunks: Mapping[int, bytes]) -> Array:
        for number, data in chunks.items():
            values = codec.read_array(data, self.none, self.item)
            start = number << SHIFT
            whole[start : start + values.size] = values[: whole.size - start]
        whole.flags.writeable = False
        return whole

    def nbytes(self, whole: Array) -> int:
        return whole.nbytes


@dataclass(frozen=True, slots=True)
class Codes:
    """One whole number from 0 a place; 0 is none. As narrow as the largest in the column allows."""

    none: int = 0
    item: str = "<u4"

    def patch(self, data: bytes, places: Array, values: Array) -> bytes:
        chunk = np.zeros(CHUNK, dtype=np.uint32)
        held = codec.read_array(data, 0, np.uint32)
        chunk[: held.size] = held
        chunk[places] = values
        return codec.write_array(chunk, chunk != 0)

    def whole(self, chunks: Mapping[int, bytes], size: int) -> Array:
        return self._put(np.zeros(size, dtype=np.uint8), chunks)

    def renewed(self, whole: Array, chunks: Mapping[int, bytes], size: int) -> Array:
        renewed = np.zeros(size, dtype=whole.dtype)
        renewed[: whole.size] = whole[:size]
        for number in chunks:
            renewed[number << SHIFT : (number + 1) << SHIFT] = 0
        return self._put(renewed, chunks)

    def _put(self, whole: Array, chunks: Mapping[int, bytes]) -> Array:
        read = {number: codec.read_array(data, 0, np.uint32) for number, data in chunks.items()}
        widest = max((values.dtype for values in read.values() if values.size), default=whole.dtype)
        if widest > whole.dtype:
            whole = whole.astype(widest)
        for number, values in read.items():
            start = number << SHIFT
            whole[start : start + values.size] = values[: whole.size - start]
        whole.flags.writeable = False
        return whole

    def nbytes(self, whole: Array) -> int:
        return whole.nbytes


@dataclass(frozen=True, slots=True)
class Bits:
    """Yes or no; no is none."""

    none: bool = False
    item: str = "?"

    def patch(self, data: bytes, places: Array, values: Array) -> bytes:
        chunk = np.zeros(CHUNK, dtype=np.bool_)
        held = codec.read_array(data, False, np.bool_)  # noqa: FBT003 -- the value that is none
        chunk[: min(held.size, CHUNK)] = held[:CHUNK]
        chunk[places] = values
        return codec.write_array(chunk, chunk)

    def whole(self, chunks: Mapping[int, bytes], size: int) -> NDArray[np.bool_]:
        return self.renewed(np.empty(0, dtype=np.bool_), chunks, size)

    def renewed(
        self, whole: NDArray[np.bool_], chunks: Mapping[int, bytes], size: int
    ) -> NDArray[np.bool_]:
        renewed = np.zeros(size, dtype=np.bool_)
        renewed[: whole.size] = whole[:size]
        for number, data in chunks.items():
            start = number << SHIFT
            renewed[start : start + CHUNK] = False
            held = codec.read_array(data, False, np.bool_)[: size - start]  # noqa: FBT003 -- as above
            renewed[start : start + held.size] = held
        renewed.flags.writeable = False
        return renewed

    def nbytes(self, whole: NDArray[np.bool_]) -> int:
        return whole.nbytes


# So many items are looked for one after the other in less time than all of them in a table.
FEW = 4


class Pairs:
    """The items of all lists as pairs: an item, and the place it is at; places rise."""

    def __init__(self, places: Array, items: Array, size: int) -> None:
        self.places, self.items, self.size = places, items, size

    @cached_property
    def counts(self) -> Array:
        """How many times there is each item."""
        return np.bincount(self.items)

    @cached_property
    def present(self) -> NDArray[np.bool_]:
        """Where there is any item."""
        present = np.zeros(self.size, dtype=np.bool_)
        present[self.places] = True
        return present

    def counts_at(self, wanted: NDArray[np.bool_]) -> Array:
        """Return how many times there is each item at the places that are wanted."""
        unwanted = self.present & ~wanted
        few = np.count_nonzero(unwanted) < np.count_nonzero(wanted)
        # Taking by places is several times as fast as by yes and no.
        chosen = np.compress((unwanted if few else wanted)[self.places], self.items)
        counts = np.bincount(chosen, minlength=self.counts.size)
        return self.counts - counts if few else counts

    def counting(self, items: Iterable[int]) -> Array:
        """Return how many of the items each place holds, an item as often as it is there."""
        counts = np.zeros(self.size, dtype=np.intp)
        for item in items:
            places = self.places[np.flatnonzero(self.items == item)]
            counts += np.bincount(places, minlength=self.size)
        return counts

    def holding(self, items: Iterable[int]) -> NDArray[np.bool_]:
        """Return which places hold any of the items."""
        known = [item for item in items if item < self.counts.size]
        mask = np.zeros(self.size, dtype=np.bool_)
        if len(known) <= FEW:
            for item in known:
                mask[self.places[np.flatnonzero(self.items == item)]] = True
            return mask
        chosen = np.zeros(self.counts.size, dtype=np.bool_)
        chosen[known] = True
        mask[self.places[np.flatnonzero(chosen[self.items])]] = True
        return mask


@dataclass(frozen=True, slots=True)
class Lists:
    """Any number of whole numbers a place, in no order."""

    none: tuple[int, ...] = ()
    item: str = "O"

    def patch(self, data: bytes, places: Array, values: Array) -> bytes:
        lengths, items = codec.read_lists(data)
        at = np.repeat(np.arange(lengths.size), lengths)
        last = dict(zip(places.tolist(), values.tolist(), strict=True))
        kept = ~np.isin(at, list(last))
        put = [(place, item) for place, value in last.items() for item in sorted(value)]
        new = np.array(put, dtype=np.uint32).reshape(-1, 2)
        at = np.concatenate([at[kept], new[:, 0]])
        items = np.concatenate([items[kept], new[:, 1]])
        # Stable: what is in order at a place stays so.
        order = np.argsort(at, kind="stable")
        return codec.write_lists(
            np.bincount(at, minlength=CHUNK).astype(np.uint32), items[order].astype(np.uint32)
        )

    def whole(self, chunks: Mapping[int, bytes], size: int) -> Pairs:
        return _pairs(self._read(chunks), size)

    def renewed(self, whole: Pairs, chunks: Mapping[int, bytes], size: int) -> Pairs:
        # Places rise, so what stays between two chunks is one slice.
        kept: list[tuple[Array, Array]] = []
        start = 0
        for number, (places, items) in self._read(chunks):
            low, high = np.searchsorted(whole.places, [number << SHIFT, (number + 1) << SHIFT])
            kept += [(whole.places[start:low], whole.items[start:low]), (places, items)]
            start = int(high)
        kept.append((whole.places[start:], whole.items[start:]))
        return _pairs(enumerate(kept), size)

    def _read(self, chunks: Mapping[int, bytes]) -> Iterable[tuple[int, tuple[Array, Array]]]:
        for number in sorted(chunks):
            lengths, items = codec.read_lists(chunks[number])
            places = np.arange(lengths.size, dtype=np.intp) + (number << SHIFT)
            yield number, (np.repeat(places, lengths), items)

    def nbytes(self, whole: Pairs) -> int:
        # With what is counted of them once.
        return whole.places.nbytes + whole.items.nbytes + whole.size


def _pairs(parts: Iterable[tuple[int, tuple[Array, Array]]], size: int) -> Pairs:
    listed = [part for _, part in parts]
    nothing = np.empty(0, dtype=np.intp), np.empty(0, dtype=np.uint8)
    joined, items = zip(*(listed or [nothing]), strict=True)
    places = np.concatenate(joined)
    end = int(np.searchsorted(places, size))
    return Pairs(places[:end], np.concatenate(items)[:end], size)


@dataclass(frozen=True, slots=True)
class TextKind:
    """One text a place, or none, which an empty one is too."""

    none: str = ""
    item: str = "O"

    def patch(self, data: bytes, places: Array, values: Array) -> bytes:
        ranks, joined = codec.read_texts(data)
        different = [b"", *joined.split(codec.PART)]
        held = [different[rank] for rank in ranks.tolist()]
        held += [b""] * (CHUNK - len(held))
        for place, value in zip(places, values, strict=True):
            held[place] = value.encode()
        texts = sorted(set(held) - {b""})
        rank_of = {b"": 0} | {text: rank for rank, text in enumerate(texts, 1)}
        ranks = np.fromiter((rank_of[text] for text in held), dtype=np.uint16, count=CHUNK)
        return codec.write_texts(ranks, texts)

    def whole(self, chunks: Mapping[int, bytes], size: int) -> Texts:
        return self.renewed(Texts((), size), chunks, size)

    def renewed(self, whole: Texts, chunks: Mapping[int, bytes], size: int) -> Texts:
        blocks = list(whole.blocks[: -(-size // CHUNK)])
        blocks += [Block.empty(start) for start in range(len(blocks) << SHIFT, size, CHUNK)]
        for number, data in chunks.items():
            if number < len(blocks):
                blocks[number] = Block.of(number << SHIFT, *codec.read_texts(data))
        return Texts(tuple(blocks), size)

    def nbytes(self, whole: Texts) -> int:
        return sum(block.nbytes for block in whole.blocks)


FLOATS = Numbers("<f8", np.nan)
NO_TIME = int(np.iinfo(np.int64).min)
MOMENTS = Numbers("<i8", NO_TIME)
CODES = Codes()
BITS = Bits()
LISTS = Lists()
TEXTS = TextKind()


_ARRAYS: dict[str, Kind[Any]] = {"f": FLOATS, "i": MOMENTS, "u": CODES}


def kind_of(data: bytes) -> Kind[Any]:
    """Return the kind that patches these bytes; yes and no are codes of 1 and 0."""
    layout, item = codec.read_header(data)
    match layout:
        case Layout.LISTS:
            return LISTS
        case Layout.TEXTS:
            return TEXTS
        case _:
            return _ARRAYS[item.kind]
