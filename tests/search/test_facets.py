"""Facets against plain Python, and against the filters they carry."""

from __future__ import annotations

from collections import Counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetlib.accounts.models import Workspace
from assetlib.search.facets import FIELDS, Asked, Facet, facets
from assetlib.search.find import find
from assetlib.search.language.editing import Editing
from tests.factories import make_workspace
from tests.search.conftest import NOW, picture
from tests.search.libraries import set_entries, store
from tests.search.oracle import Datum, Picture, form, found, written
from tests.search.random_queries import KEYS, queries
from tests.search.test_oracle import EXAMPLES, ZONES, libraries, new_workspace

pytestmark = pytest.mark.django_db

ALL = [
    *(Asked(name, limit=100) for name in FIELDS),
    *(Asked(key, is_key=True, limit=100) for key in KEYS),
]


@EXAMPLES
@given(st.data())
def test_each_count_is_what_its_filter_finds(db: None, draws: st.DataObject) -> None:
    zone = draws.draw(st.sampled_from(ZONES))
    workspace = new_workspace(zone)
    library = draws.draw(libraries())
    store(workspace, library)
    node = draws.draw(queries(ZoneInfo(zone)))
    text = written(node)

    page = find(workspace, text, limit=100, facets=ALL, now=NOW)

    assert len(page.images) == page.total
    present = found(node, library)
    assert page.total == len(present)
    for facet in page.facets:
        assert facet.count + facet.missing == page.total, facet
        if facet.asked.is_key:
            check_key(facet, present)
        check_filters(workspace, text, facet)


def check_key(facet: Facet, present: list[Picture]) -> None:
    held = [p.entries[facet.asked.name] for p in present if facet.asked.name in p.entries]
    words: Counter[tuple[str, str]] = Counter()
    for value in held:
        if isinstance(value, bool):
            words["boolean", str(value).lower()] += 1
        elif isinstance(value, str):
            words["string", form(value)] += 1
    lines = {(line.type, form(line.label)): line.count for line in facet.lines if line.count}
    # Labels of long values are cut, and two of them may be the same then.
    counts = Counter(line.count for line in facet.lines if line.count)
    assert counts == Counter(words.values())
    assert all(lines.get(word) == n for word, n in words.items() if len(word[1]) < 80)
    numbers = [value for value in held if isinstance(value, float) and not isinstance(value, bool)]
    bars = facet.histogram.bars if facet.histogram else ()
    assert sum(bar.count for bar in bars) == len(numbers)


def check_filters(workspace: Workspace, text: str, facet: Facet) -> None:
    counted = [(line.filter, line.count) for line in facet.lines]
    if facet.histogram:
        counted += [(bar.filter, bar.count) for bar in facet.histogram.bars if bar.count]
    if facet.missing_filter:
        counted.append((facet.missing_filter, facet.missing))
    for filter_text, count in counted:
        assert find(workspace, f"({text}) {filter_text}", now=NOW).total == count, filter_text


@pytest.fixture
def workspace(db: None) -> Workspace:
    workspace = make_workspace("facets")
    images = store(
        workspace,
        [picture(n, f"{n}.jpg", "2026-05-01T10:00") for n in range(6)],
    )
    values: list[Datum] = ["Cat", "cat", "CAT", "dog", 7.0, 2.5]
    set_entries(workspace, images, {n: {"animal": value} for n, value in enumerate(values)})
    set_entries(workspace, images, {0: {"good": True}, 1: {"line": 3.0}, 2: {"line": 5.0}})
    return workspace


def facet_of(workspace: Workspace, text: str, asked: Asked) -> Facet:
    return facets(workspace, text, [asked], now=NOW).facets[0]


def test_spellings_of_one_text_are_one_line(workspace: Workspace) -> None:
    facet = facet_of(workspace, "", Asked("animal", is_key=True))

    assert [(form(line.label), line.count) for line in facet.lines] == [("cat", 3), ("dog", 1)]
    assert facet.histogram is not None
    assert (facet.histogram.low, facet.histogram.high) == ("2.5", "7")


def test_a_search_within_a_facet_ignores_case(workspace: Workspace) -> None:
    facet = facet_of(workspace, "", Asked("animal", is_key=True, find="CA"))

    assert [line.count for line in facet.lines] == [3]


def test_booleans_are_three_states(workspace: Workspace) -> None:
    facet = facet_of(workspace, "", Asked("good", is_key=True))

    assert facet.kind == "states"
    assert [(line.label, line.count) for line in facet.lines] == [("true", 1), ("false", 0)]
    assert (facet.missing, facet.missing_filter) == (5, "missing:good")


def test_whole_numbers_close_together_have_a_bar_each(workspace: Workspace) -> None:
    facet = facet_of(workspace, "", Asked("line", is_key=True))

    assert facet.histogram is not None
    assert [(bar.filter, bar.count) for bar in facet.histogram.bars] == [
        ("line:3..3", 1),
        ("line:4..4", 0),
        ("line:5..5", 1),
    ]


def test_a_query_that_cannot_be_read_has_no_facets(workspace: Workspace) -> None:
    counted = facets(workspace, "(", [Asked("animal", is_key=True)])

    assert counted.error is not None
    assert counted.facets == ()


def test_a_boolean_is_told_from_a_string_of_the_same_letters(workspace: Workspace) -> None:
    images = {image.ord: image for image in workspace.images.all()}
    set_entries(workspace, images, {0: {"seen": True}, 1: {"seen": "true"}, 2: {"seen": "True"}})

    lines = facet_of(workspace, "", Asked("seen", is_key=True)).lines

    assert [(line.type, line.count) for line in lines] == [("string", 2), ("boolean", 1)]
    for line in lines:
        assert find(workspace, line.filter, now=NOW).total == line.count
        assert Editing(f"camera:x {line.filter}").has(line.filter)
        assert "seen" in Editing(line.filter).names()
