"""What a sheet writes, and what readers see of it: in one snapshot, in the next, with no memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from assetlib.accounts.models import Workspace
from assetlib.columns.cache import cache
from assetlib.columns.codec import CHUNK
from assetlib.columns.kinds import CODES, LISTS, TEXTS, Column
from assetlib.columns.models import ColumnChunk
from assetlib.columns.reading import Reader
from assetlib.columns.snapshot import read_snapshot
from assetlib.columns.writing import Sheet
from tests.factories import make_workspace

NUMBERS, NAMES, LABELS = Column("numbers", CODES), Column("names", TEXTS), Column("labels", LISTS)


@pytest.fixture
def library(transactional_db: None) -> Workspace:
    return make_workspace(next_ord=2 * CHUNK)


def write(workspace: Workspace, *puts: tuple[Column[Any], dict[int, Any]]) -> None:
    sheet = Sheet(workspace)
    for column, values in puts:
        sheet.put(column, values, values.values())
    workspace.seq += 1
    workspace.save(update_fields=["seq"])
    sheet.write(workspace.seq)


def read(workspace: Workspace, column: Column[Any]) -> Any:
    with read_snapshot():
        return Reader(workspace).get(column)


def sequences(column: Column[Any]) -> dict[int, int]:
    return dict(ColumnChunk.objects.filter(column=column.name).values_list("chunk", "seq"))


@pytest.mark.parametrize("cache_bytes", [0, 1_000, 100_000_000])
def test_several_columns_are_written_and_read(
    library: Workspace, settings: Any, cache_bytes: int
) -> None:
    settings.COLUMN_CACHE_BYTES = cache_bytes
    write(library, (NUMBERS, {0: 7, CHUNK: 9}), (NAMES, {1: "b"}), (LABELS, {2: [3, 1]}))
    assert read(library, NUMBERS)[[0, 1, CHUNK]].tolist() == [7, 0, 9]

    write(library, (NUMBERS, {0: 8}), (NAMES, {1: "c", CHUNK: "d"}))

    assert read(library, NUMBERS)[[0, 1, CHUNK]].tolist() == [8, 0, 9]
    names = read(library, NAMES)
    assert (names.at(1), names.at(2), names.at(CHUNK)) == ("c", "", "d")
    assert read(library, LABELS).items.tolist() == [1, 3]
    assert cache.nbytes <= cache_bytes


def test_only_chunks_that_change_are_written(library: Workspace) -> None:
    write(library, (NUMBERS, {0: 7, CHUNK: 9}))
    write(library, (NUMBERS, {0: 7, CHUNK: 10}))

    assert sequences(NUMBERS) == {0: 1, 1: 2}


def test_the_last_value_put_stays(library: Workspace) -> None:
    write(library, (NUMBERS, {0: 1}), (NUMBERS, {0: 2}))

    assert read(library, NUMBERS)[0] == 2


def test_what_is_erased_is_in_no_column_but_in_dictionaries(library: Workspace) -> None:
    dictionary = Column("#names", TEXTS)
    write(library, (NUMBERS, {0: 7, 1: 8}), (NAMES, {0: "a"}), (dictionary, {0: "a"}))
    sheet = Sheet(library)
    sheet.erase([0])
    sheet.write(5)

    assert read(library, NUMBERS)[:2].tolist() == [0, 8]
    assert read(library, NAMES).at(0) == ""
    assert read(library, dictionary).at(0) == "a"


def test_a_column_read_once_is_kept_until_it_changes(library: Workspace) -> None:
    write(library, (NUMBERS, {0: 7}), (NAMES, {0: "a"}))
    first = read(library, NUMBERS)
    assert read(library, NUMBERS) is first

    write(library, (NAMES, {0: "b"}))
    assert read(library, NUMBERS) is first

    write(library, (NUMBERS, {5: 1}))
    assert read(library, NUMBERS)[5] == 1
    assert first[5] == 0


def test_a_snapshot_goes_on_seeing_its_moment(library: Workspace) -> None:
    write(library, (NUMBERS, {0: 7}))
    with read_snapshot():
        earlier = Reader(library)
        # Another thread has meanwhile heard of a later write.
        assert cache.follow(library.uid, library.seq + 1, lambda _: [("numbers", 0)])

        assert earlier.get(NUMBERS)[0] == 7
        assert cache.get(library.uid, library.seq + 1, "numbers") is None


def test_the_least_recently_used_go_first(library: Workspace, settings: Any) -> None:
    columns = [Column(f"column{n}", CODES) for n in range(4)]
    write(library, *((column, {0: 1}) for column in columns))
    one = read(library, columns[0]).nbytes
    settings.COLUMN_CACHE_BYTES = 3 * one
    for column in (*columns[:3], columns[0], columns[3]):
        read(library, column)

    kept = [cache.get(library.uid, library.seq, column.name) is not None for column in columns]

    assert kept == [True, False, True, True]
    assert cache.nbytes == 3 * one


def test_what_is_kept_cannot_be_changed(library: Workspace) -> None:
    write(library, (NUMBERS, {0: 7}))

    with pytest.raises(ValueError, match="read-only"):
        read(library, NUMBERS)[0] = 1
    assert np.asarray(read(library, NUMBERS))[0] == 7
