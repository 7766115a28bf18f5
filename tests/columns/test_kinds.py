"""Each kind of column against a plain list: what is put is what is read, however it was written."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetlib.columns import codec
from assetlib.columns.codec import CHUNK, ChunkError, Layout
from assetlib.columns.kinds import (
    BITS,
    CODES,
    FLOATS,
    LISTS,
    MOMENTS,
    NO_TIME,
    TEXTS,
    Pairs,
    kind_of,
)
from tests.columns.patches import patch

KINDS: dict[str, Any] = {
    "floats": FLOATS,
    "moments": MOMENTS,
    "codes": CODES,
    "bits": BITS,
    "lists": LISTS,
    "texts": TEXTS,
}
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "floats": st.floats(allow_nan=False) | st.just(math.nan) | st.sampled_from([0.0, 7.0]),
    "moments": st.integers(-(2**62), 2**62) | st.just(NO_TIME) | st.just(0),
    "codes": st.integers(0, 2**32 - 1) | st.integers(0, 3),
    "bits": st.booleans(),
    "lists": st.lists(st.integers(1, 2**32 - 1) | st.integers(1, 5), max_size=4),
    "texts": st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
}
SIZE = 2 * CHUNK + 700
# Few places, so that they are written more than once, at both ends of chunks.
PLACES = st.sampled_from([0, 1, 2, 17, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK - 1, SIZE - 1])
FEW = settings(max_examples=40, deadline=None)


def plain(name: str, whole: Any) -> list[Any]:
    """Return the column as a list with a value a place."""
    match name:
        case "lists":
            lists: list[list[int]] = [[] for _ in range(whole.size)]
            for place, item in zip(whole.places.tolist(), whole.items.tolist(), strict=True):
                lists[place].append(item)
            return lists
        case "texts":
            return [whole.at(place) for place in range(whole.size)]
        case "floats":
            return [None if math.isnan(value) else value for value in whole.tolist()]
        case _:
            return list(whole.tolist())


def expected(name: str, value: Any) -> Any:
    if name == "floats":
        return None if math.isnan(value) else value
    return sorted(value) if name == "lists" else value


def nothing(name: str) -> Any:
    return [] if name == "lists" else expected(name, KINDS[name].none)


def patched(kind: Any, chunks: dict[int, bytes], put: dict[int, Any]) -> dict[int, bytes]:
    changed = dict(chunks)
    for number in {place // CHUNK for place in put}:
        here = {place % CHUNK: v for place, v in put.items() if place // CHUNK == number}
        old = chunks.get(number, b"")
        changed[number] = patch(kind, old, here)
    return changed


@pytest.mark.parametrize("name", KINDS)
@FEW
@given(draws=st.data())
def test_the_last_value_put_at_a_place_is_there(name: str, draws: st.DataObject) -> None:
    kind, model = KINDS[name], [nothing(name)] * SIZE
    chunks: dict[int, bytes] = {}
    whole = kind.whole(chunks, SIZE)
    for put in draws.draw(st.lists(st.dictionaries(PLACES, VALUES[name]), max_size=4)):
        before, kept = chunks, plain(name, whole)
        chunks = patched(kind, chunks, put)
        for place, value in put.items():
            model[place] = expected(name, value)

        changed = {number: data for number, data in chunks.items() if data != before.get(number)}
        renewed = kind.renewed(whole, changed, SIZE)

        assert plain(name, renewed) == model
        assert plain(name, kind.whole(chunks, SIZE)) == model
        assert plain(name, whole) == kept, "what others still search with has changed"
        whole = renewed
    for data in filter(None, chunks.values()):
        erasing = kind_of(data)
        assert patch(erasing, data, {0: erasing.none}) == patch(kind, data, {0: kind.none})


@pytest.mark.parametrize("name", KINDS)
def test_where_nothing_is_left_there_are_no_bytes(name: str) -> None:
    kind = KINDS[name]
    some = {"lists": [4], "texts": "x", "bits": True}.get(name, 5)
    data = patch(kind, b"", {3: some, 900: some})

    assert patch(kind, data, {3: kind.none, 900: kind.none}) == b""
    assert patch(kind, data, {900: kind.none}) == patch(kind, b"", {3: some})


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("size", [0, 1, 50, CHUNK, CHUNK + 5])
def test_a_column_grows_and_is_read_as_far_as_it_is_asked(name: str, size: int) -> None:
    kind = KINDS[name]
    some = {"lists": [4], "texts": "x", "bits": True}.get(name, 5)
    chunks = patched(kind, {}, {0: some, 49: some, CHUNK + 1: some})
    shorter = kind.whole({0: chunks[0]}, 20)

    assert len(plain(name, kind.whole(chunks, size))) == size
    assert plain(name, kind.renewed(shorter, chunks, SIZE)) == plain(name, kind.whole(chunks, SIZE))


@pytest.mark.parametrize(
    ("values", "layout"),
    [
        (np.arange(1, 401, dtype=np.uint32), Layout.DENSE),
        (np.r_[np.zeros(4_000), 1, 2, 3].astype(np.uint32), Layout.SPARSE),
        (np.full(CHUNK, 9, dtype=np.uint32), Layout.SAME),
        (np.full(CHUNK, 2.5), Layout.SAME),
        (np.linspace(0.5, 3, CHUNK), Layout.DENSE),
    ],
)
def test_the_least_layout_is_taken(values: Any, layout: Layout) -> None:
    data = codec.write_array(values, values != 0)

    assert codec.read_header(data)[0] == layout
    assert codec.read_array(data, 0, values.dtype).tolist() == values.tolist()


def test_codes_take_as_many_bytes_as_the_largest_needs() -> None:
    sizes = []
    for top in (200, 60_000, 3_000_000_000):
        values = np.tile(np.array([1, top], dtype=np.uint32), 500)
        sizes.append(len(codec.write_array(values, values != 0)) - codec.HEADER)
    assert sizes == [1_000, 2_000, 4_000]


def test_bytes_of_another_version_or_layout_are_refused() -> None:
    data = patch(CODES, b"", {0: 7})

    with pytest.raises(ChunkError, match="Version 9"):
        codec.read_array(b"\x09" + data[1:], 0, np.uint32)
    with pytest.raises(ChunkError, match="no layout of lists"):
        codec.read_lists(data)
    with pytest.raises(ChunkError, match="no layout of texts"):
        codec.read_texts(data)
    with pytest.raises(ChunkError, match="no layout of an array"):
        codec.read_array(patch(TEXTS, b"", {0: "x"}), 0, np.uint32)


@FEW
@given(
    st.lists(st.lists(st.integers(1, 12), max_size=4, unique=True), min_size=1, max_size=30),
    st.lists(st.integers(1, 14), max_size=8, unique=True),
    st.data(),
)
def test_lists_are_counted_and_found_as_one_would_by_hand(
    lists: list[list[int]], wanted: list[int], draws: st.DataObject
) -> None:
    places = [place for place, items in enumerate(lists) for _ in items]
    items = [item for each in lists for item in each]
    pairs = Pairs(np.array(places, dtype=np.intp), np.array(items, dtype=np.uint8), len(lists))
    mask = draws.draw(st.lists(st.booleans(), min_size=len(lists), max_size=len(lists)))

    assert pairs.holding(wanted).tolist() == [bool({*each} & {*wanted}) for each in lists]
    assert pairs.present.tolist() == [bool(each) for each in lists]
    chosen = [item for each, here in zip(lists, mask, strict=True) if here for item in each]
    counts = pairs.counts_at(np.array(mask)).tolist()
    assert [*enumerate(counts)] == [(item, chosen.count(item)) for item in range(len(counts))]
    assert pairs.counts.tolist() == [items.count(item) for item in range(len(counts))]
