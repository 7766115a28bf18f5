"""Texts by place against plain strings: found, put in order, and given once each."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetlib.columns.codec import CHUNK
from assetlib.columns.kinds import TEXTS
from assetlib.columns.texts import COMPARED, Texts, chosen_by
from tests.columns.patches import patch

LETTERS = "abß\u0301é日\U0001f600 "
WORDS = st.text(LETTERS, max_size=5) | st.text("ab", min_size=COMPARED - 1, max_size=COMPARED + 3)
# Some in a second block, the places between them without a text.
LIBRARY = st.dictionaries(st.integers(0, 12) | st.integers(CHUNK, CHUNK + 12), WORDS, max_size=16)
SIZE = CHUNK + 20
EXAMPLES = settings(max_examples=80, deadline=None)


def texts_of(library: dict[int, str]) -> Texts:
    chunks = {}
    for number in {place // CHUNK for place in library}:
        here = {place % CHUNK: text for place, text in library.items() if place // CHUNK == number}
        chunks[number] = patch(TEXTS, b"", here)
    return TEXTS.whole(chunks, SIZE)


def places(mask: np.ndarray) -> set[int]:
    return {*np.flatnonzero(mask).tolist()}


def those(library: dict[int, str], test: Callable[[str], bool]) -> set[int]:
    return {place for place, text in library.items() if text and test(text)}


@EXAMPLES
@given(LIBRARY, st.text(LETTERS, max_size=3) | WORDS)
def test_texts_are_found_by_what_they_are_contain_and_begin_with(
    library: dict[int, str], needle: str
) -> None:
    texts, encoded = texts_of(library), needle.encode()

    assert places(texts.equal(needle)) == those(library, lambda text: text == needle)
    assert places(texts.containing(needle)) == those(library, lambda text: needle in text)
    assert places(texts.where(lambda block: block.beginning(encoded))) == those(
        library, lambda text: text.startswith(needle)
    )
    assert places(texts.where(chosen_by(lambda text: len(text) > 2))) == those(
        library, lambda text: len(text) > 2
    )
    assert all(texts.at(place) == text for place, text in library.items())


@EXAMPLES
@given(LIBRARY, WORDS, st.booleans(), st.integers(1, 20))
def test_texts_come_in_order_and_equal_ones_together(
    library: dict[int, str], pivot: str, descending: bool, limit: int
) -> None:
    texts = texts_of(library)
    there = {place: text[:COMPARED] for place, text in library.items() if text}
    counts = np.ones(SIZE, dtype=np.int64)

    runs = [run.tolist() for run in texts.first(counts, limit, descending=descending)]
    order = sorted({*there.values()}, reverse=descending, key=str.encode)
    expected = [sorted(place for place, text in there.items() if text == each) for each in order]
    together = [sorted(run) for run in runs]
    assert together == expected[: len(together)]
    assert sum(map(len, together)) >= min(limit, len(there))

    ranks = texts.ranks()
    ranked = sorted(there, key=lambda place: (ranks[place], place))
    assert ranked == sorted(there, key=lambda place: (there[place].encode(), place))
    lead = pivot[:COMPARED].encode()
    compared = texts.compared(lead)
    assert all(
        compared[place] == (text.encode() > lead) - (text.encode() < lead)
        for place, text in there.items()
    )


@EXAMPLES
@given(LIBRARY, st.data())
def test_one_place_is_given_for_each_text_among_those_asked_for(
    library: dict[int, str], draws: st.DataObject
) -> None:
    among = np.zeros(SIZE, dtype=np.bool_)
    among[draws.draw(st.lists(st.sampled_from([*library] or [0])))] = True

    given_places = [*texts_of(library).one_each(lambda _: slice(None), among)]

    asked = {library[place] for place in np.flatnonzero(among).tolist() if library.get(place)}
    assert {library[place] for place in given_places} == asked
    assert among[given_places].all()


@pytest.mark.parametrize("needle", ["x", "xy"])
def test_a_needle_is_not_found_across_two_texts(needle: str) -> None:
    texts = texts_of({0: "ax", 1: "ya", 2: "b"})

    assert places(texts.containing(needle)) == ({0} if needle == "x" else set())
