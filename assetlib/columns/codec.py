"""Arrays of one column's chunk to bytes and back.

The first byte is the version of the format, the second the layout, the third the type of the items;
all numbers are little-endian. Nothing at all is no bytes. Trailing places without a value are left
out, so a chunk read back may be shorter than CHUNK.

    dense   items
    sparse  places (u2) · items
    same    one item · presence as bits
    lists   how many lists (u2) · type of their lengths (1 byte) · lengths · items
    texts   how many places (u2) · ranks (u2, 0: none) · the different texts, sorted, parted by 0xFF
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

SHIFT = 12
CHUNK = 1 << SHIFT
VERSION = 1
HEADER = 3
ITEMS = ("<u1", "<u2", "<u4", "<f8", "<i8")
# No byte of UTF-8, so any text may be parted by it.
PART = b"\xff"


class Layout(enum.IntEnum):
    DENSE = 0
    SPARSE = 1
    SAME = 2
    LISTS = 3
    TEXTS = 4


class ChunkError(ValueError):
    """The bytes are of no version or layout that this code wrote."""


def narrow(values: Array) -> Array:
    """Return unsigned integers in as few bytes as they need; anything else little-endian."""
    if values.dtype.kind in "ub":
        top = int(values.max(initial=0))
        return values.astype("<u1" if top < 1 << 8 else "<u2" if top < 1 << 16 else "<u4")
    return values.astype(values.dtype.newbyteorder("<"))


def write_array(values: Array, present: NDArray[np.bool_]) -> bytes:
    """Return the bytes of the values where present, in whichever layout is the least."""
    places = np.flatnonzero(present)
    if not places.size:
        return b""
    length = int(places[-1]) + 1
    values, held = narrow(values[:length]), narrow(values[places])
    least = _header(Layout.DENSE, values) + values.tobytes()
    if places.size * (2 + held.itemsize) < length * values.itemsize:
        sparse = places.astype("<u2").tobytes() + held.tobytes()
        least = _header(Layout.SPARSE, held) + sparse
    if (held == held[0]).all():
        bits = np.packbits(present[:length], bitorder="little").tobytes()
        same = _header(Layout.SAME, held) + held[:1].tobytes() + bits
        least = min(least, same, key=len)
    return least


def read_array(data: bytes, missing: float, dtype: Any) -> Array:
    """Return the values, at most CHUNK of them, with `missing` between.

    Unsigned integers come in the width they were written in, others as `dtype`.
    """
    if not data:
        return np.empty(0, dtype=dtype)
    layout, item = read_header(data)
    kind = item if np.dtype(dtype).kind == "u" else np.dtype(dtype)
    if layout == Layout.DENSE:
        return np.frombuffer(data, item, offset=HEADER).astype(kind, copy=False)
    if layout == Layout.SPARSE:
        size = (len(data) - HEADER) // (2 + item.itemsize)
        places = np.frombuffer(data, "<u2", size, HEADER)
        values = np.frombuffer(data, item, size, HEADER + 2 * size)
        return _spread(places, values, missing, kind)
    if layout == Layout.SAME:
        value = np.frombuffer(data, item, 1, HEADER)
        bits = np.frombuffer(data, np.uint8, offset=HEADER + item.itemsize)
        present = np.unpackbits(bits, bitorder="little").view(np.bool_)
        if np.dtype(dtype).kind == "b":
            return present
        return np.where(present, value, missing).astype(kind)
    raise ChunkError(f"{layout.name} is no layout of an array.")


def _spread(places: Array, values: Array, missing: float, dtype: Any) -> Array:
    spread = np.full(int(places[-1]) + 1, missing, dtype=dtype)
    spread[places] = values
    return spread


def write_lists(lengths: Array, items: Array) -> bytes:
    """Return the bytes of lists of unsigned integers, given their lengths and all items in turn."""
    if not items.size:
        return b""
    lengths = narrow(lengths[: int(np.flatnonzero(lengths)[-1]) + 1])
    items = narrow(items)
    head = lengths.size.to_bytes(2, "little") + bytes((_item(lengths),))
    return _header(Layout.LISTS, items) + head + lengths.tobytes() + items.tobytes()


def read_lists(data: bytes) -> tuple[Array, Array]:
    """Return the lengths of the lists, and all items in turn."""
    if not data:
        return np.empty(0, dtype=np.uint8), np.empty(0, dtype=np.uint8)
    layout, item = read_header(data)
    if layout != Layout.LISTS:
        raise ChunkError(f"{layout.name} is no layout of lists.")
    size = int.from_bytes(data[HEADER : HEADER + 2], "little")
    width = np.dtype(ITEMS[data[HEADER + 2]])
    start = HEADER + 3
    lengths = np.frombuffer(data, width, size, start)
    return lengths, np.frombuffer(data, item, offset=start + size * width.itemsize)


def write_texts(ranks: Array, texts: Sequence[bytes]) -> bytes:
    """Return the bytes of texts: `ranks` count from 1 in the sorted `texts`; 0 is none."""
    if not texts:
        return b""
    ranks = ranks[: int(np.flatnonzero(ranks)[-1]) + 1].astype("<u2")
    head = ranks.size.to_bytes(2, "little")
    return _header(Layout.TEXTS, ranks) + head + ranks.tobytes() + PART.join(texts)


def read_texts(data: bytes) -> tuple[Array, bytes]:
    """Return the ranks, and the different texts as they are joined."""
    if not data:
        return np.empty(0, dtype="<u2"), b""
    layout, _ = read_header(data)
    if layout != Layout.TEXTS:
        raise ChunkError(f"{layout.name} is no layout of texts.")
    size = int.from_bytes(data[HEADER : HEADER + 2], "little")
    return np.frombuffer(data, "<u2", size, HEADER + 2), data[HEADER + 2 + 2 * size :]


def _header(layout: Layout, values: Array) -> bytes:
    return bytes((VERSION, layout, _item(values)))


def _item(values: Array) -> int:
    return ITEMS.index(values.dtype.newbyteorder("<").str.replace("|", "<"))


def read_header(data: bytes) -> tuple[Layout, np.dtype[Any]]:
    version, layout, item = data[:HEADER]
    if version != VERSION:
        raise ChunkError(f"Version {version} of the format is none this server reads.")
    return Layout(layout), np.dtype(ITEMS[item])
