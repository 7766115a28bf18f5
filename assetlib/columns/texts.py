"""Texts by place, searched and put in order without looking at each.

4,096 places make a block: its different texts sorted and joined, and for each place the rank of
its text. A needle is looked for in the joined bytes; an order is a merge of the blocks' own.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from assetlib.columns.codec import PART, Array

Mask = NDArray[np.bool_]

# Texts are put in order by so many characters, in any case as many as one tells apart on a screen.
COMPARED = 200
# No byte of UTF-8 is so high: what begins with a text comes before the text with this behind it.
LAST = b"\xff"


@dataclass(frozen=True, slots=True)
class Block:
    """`ranks` count from 1 in the texts, 0 is none; `starts` has one place more than there are."""

    start: int
    ranks: Array
    joined: bytes
    starts: Array

    @classmethod
    def of(cls, start: int, ranks: Array, joined: bytes) -> Block:
        if not ranks.size:
            return cls.empty(start)
        parts = np.flatnonzero(np.frombuffer(joined, np.uint8) == PART[0])
        starts = np.empty(parts.size + 2, dtype=np.uint32)
        starts[0], starts[1:-1], starts[-1] = 0, parts + 1, len(joined) + 1
        return cls(start, ranks, joined, starts)

    @classmethod
    def empty(cls, start: int) -> Block:
        nothing = np.zeros(1, dtype=np.uint32)
        return cls(start, np.empty(0, dtype=np.uint16), b"", nothing)

    @property
    def count(self) -> int:
        return self.starts.size - 1

    @property
    def nbytes(self) -> int:
        return self.ranks.nbytes + len(self.joined) + self.starts.nbytes

    def text(self, index: int) -> bytes:
        return self.joined[self.starts[index] : self.starts[index + 1] - 1]

    def lead(self, index: int) -> bytes:
        """Return what the text is put in order by."""
        return leading(self.text(index))

    def places(self, index: int) -> Array:
        """Return where the text is."""
        return self.start + np.flatnonzero(self.ranks == index + 1)

    def between(self, low: bytes, high: bytes | None) -> slice:
        """Return which texts are from `low` to before `high`; None: to the end."""
        indices = range(self.count)
        first = bisect_left(indices, low, key=self.text)
        last = self.count if high is None else bisect_left(indices, high, first, key=self.text)
        return slice(first, last)

    def beginning(self, text: bytes) -> slice:
        """Return which texts begin with the text."""
        return self.between(text, text + LAST)

    def containing(self, needle: bytes) -> Array:
        """Return which texts contain the needle, by index."""
        if needle not in self.joined:
            return np.empty(0, dtype=np.intp)
        data = np.frombuffer(self.joined, np.uint8)
        if len(needle) == 1:
            # A letter is all over: each text is asked, not each of its places.
            return np.flatnonzero(np.logical_or.reduceat(data == needle[0], self.starts[:-1]))
        hits = np.flatnonzero(data[: data.size - len(needle) + 1] == needle[0])
        for offset, byte in enumerate(needle[1:], 1):
            hits = hits[data[hits + offset] == byte]
        chosen = np.zeros(self.count, dtype=np.bool_)
        chosen[np.searchsorted(self.starts, hits, "right") - 1] = True
        return np.flatnonzero(chosen)

    def heads(self, width: int, among: slice) -> NDArray[np.uint8]:
        """Return the first bytes of each text, padded with zeros: by place in it, then by text."""
        starts = self.starts[:-1][among]
        data = np.zeros(len(self.joined) + width, dtype=np.uint8)
        data[: len(self.joined)] = np.frombuffer(self.joined, np.uint8)
        places = np.arange(width, dtype=np.uint32)[:, None]
        heads = data[starts + places]
        heads[places >= self.starts[1:][among] - 1 - starts] = 0
        return heads


def leading(text: bytes) -> bytes:
    return text if len(text) <= COMPARED else text.decode()[:COMPARED].encode()


# Says which texts of a block are meant: by their indices, a slice of them, or yes or no for each.
Choice = Callable[[Block], Array | slice]


@dataclass(frozen=True, slots=True)
class Texts:
    blocks: tuple[Block, ...]
    size: int

    def at(self, place: int) -> str:
        """Return the text at the place; empty where there is none."""
        block = self.blocks[place // 4096]
        index = place - block.start
        rank = int(block.ranks[index]) if index < block.ranks.size else 0
        return block.text(rank - 1).decode() if rank else ""

    def where(self, choose: Choice) -> Mask:
        """Return the places whose texts are chosen."""
        mask = np.zeros(self.size, dtype=np.bool_)
        for block in self.blocks:
            chosen = np.zeros(block.count + 1, dtype=np.bool_)
            chosen[1:][choose(block)] = True
            if chosen.any():
                mask[block.start : block.start + block.ranks.size] = chosen[block.ranks]
        return mask

    def equal(self, text: str) -> Mask:
        encoded = text.encode()
        # Nothing lies between a text and the same with NUL behind it.
        return self.where(lambda block: block.between(encoded, encoded + b"\0"))

    def containing(self, text: str) -> Mask:
        needle = text.encode()
        return self.where(lambda block: block.containing(needle) if needle else slice(None))

    def one_each(self, choose: Choice, among: Mask) -> Iterator[int]:
        """Yield one place `among` those given for each text chosen; most texts come once."""
        for block in self.blocks:
            for index in np.arange(block.count)[choose(block)].tolist():
                places = block.places(index)
                if (places := places[among[places]]).size:
                    yield int(places[0])

    def compared(self, lead: bytes) -> Array:
        """Return for each place whether its text comes before (-1), is (0) or comes after (1)."""
        compared = np.full(self.size, -1, dtype=np.int8)
        for block in self.blocks:
            indices = range(block.count)
            low = bisect_left(indices, lead, key=block.lead)
            high = bisect_right(indices, lead, low, key=block.lead)
            place = slice(block.start, block.start + block.ranks.size)
            compared[place] += block.ranks > low
            compared[place] += block.ranks > high
        return compared

    def first(self, counts: Array, limit: int, *, descending: bool) -> Iterator[Array]:
        """Yield the places in the order of their texts, those of one text together.

        `counts` is by place: what is not counted is left out, and once `limit` are counted no
        further text follows.
        """
        runs = (self._run(block, counts, descending=descending) for block in self.blocks)
        merged = heapq.merge(*runs, key=lambda item: item[0], reverse=descending)
        for _, same in groupby(merged, key=lambda item: item[0]):
            places = np.concatenate([block.places(index) for _, block, index in same])
            places = places[counts[places] > 0]
            yield places
            limit -= int(counts[places].sum())
            if limit <= 0:
                return

    def ranks(self) -> Array:
        """Return a number for each place that rises with its text; equal for equal ones."""
        different = sorted({block.lead(i) for block in self.blocks for i in range(block.count)})
        known = {lead: rank for rank, lead in enumerate(different, 1)}
        ranks = np.zeros(self.size, dtype=np.int64)
        for block in self.blocks:
            table = np.zeros(block.count + 1, dtype=np.int64)
            table[1:] = [known[block.lead(index)] for index in range(block.count)]
            ranks[block.start : block.start + block.ranks.size] = table[block.ranks]
        return ranks

    def _run(
        self, block: Block, counts: Array, *, descending: bool
    ) -> Iterator[tuple[bytes, Block, int]]:
        here = counts[block.start : block.start + block.ranks.size]
        used = np.zeros(block.count + 1, dtype=np.bool_)
        used[block.ranks[here > 0]] = True
        indices = np.flatnonzero(used[1:])
        for index in (indices[::-1] if descending else indices).tolist():
            yield block.lead(index), block, index


def chosen_by(test: Callable[[str], bool], among: Choice | None = None) -> Choice:
    """Return the choice of the texts for which the test holds, of those among which they are."""

    def choose(block: Block) -> Array:
        indices = np.arange(block.count)[among(block) if among else slice(None)]
        texts = (block.text(index).decode() for index in indices.tolist())
        return indices[np.fromiter(map(test, texts), dtype=np.bool_, count=indices.size)]

    return choose
