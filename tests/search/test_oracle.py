"""The engine against plain Python: random libraries, random queries, random edits between them."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from assetlib.accounts.models import Workspace
from assetlib.columns.snapshot import read_snapshot
from assetlib.search.explain import explain
from assetlib.search.find import find, neighbours
from assetlib.search.language import parse, print_query
from assetlib.search.result import search
from assetlib.search.suggest import suggest
from images.models import Image
from tests.factories import make_workspace
from tests.search.libraries import draw_boxes, read, set_entries, store, tag_images, trash
from tests.search.oracle import Datum, Node, Picture, arranged, found, written
from tests.search.processes import make_busy_library, running, write_forever
from tests.search.random_queries import (
    BATCHES,
    CLASSES,
    FORMATS,
    KEYS,
    MIRRORS,
    MOMENTS,
    NAMES,
    NOW,
    NUMBERS,
    ORIGINS,
    PATHS,
    PROJECTS,
    SPLITS,
    STRINGS,
    TAGS,
    queries,
)

pytestmark = pytest.mark.django_db

THOROUGH = os.environ.get("ASSETLIB_HYPOTHESIS") == "ci"
EXAMPLES = settings(
    max_examples=150 if THOROUGH else 20,
    deadline=None,
    derandomize=not THOROUGH,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    # One database serves all the examples of a test: each makes a workspace of its own.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
BESIDE_A_WRITER = settings(EXAMPLES, max_examples=EXAMPLES.max_examples * 3)
QUERIES_A_LIBRARY = 4
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]
SORTS: dict[str, Callable[[Picture], Any]] = {
    "uploaded": lambda picture: picture.ord,
    "taken": lambda picture: picture.taken,
    "filename": lambda picture: picture.filename,
    "size": lambda picture: picture.size,
    "width": lambda picture: picture.width,
    "metadata.k": lambda picture: picture.entries.get("k"),
    "cam.id": lambda picture: picture.entries.get("cam.id"),
    "metadata.nowhere": lambda picture: picture.entries.get("nowhere"),
}
numbers_of_workspaces = count(1)

data = st.one_of(st.sampled_from(STRINGS), st.sampled_from(NUMBERS), st.booleans())


@st.composite
def libraries(draw: st.DrawFn) -> list[Picture]:
    # Uploads follow one another, and some ords are nobody's any more.
    moments = sorted(draw(st.lists(st.sampled_from(MOMENTS), min_size=1, max_size=9)))
    gaps = draw(
        st.lists(st.sampled_from([1, 1, 1, 3]), min_size=len(moments), max_size=len(moments))
    )
    ords = [sum(gaps[: index + 1]) - 1 for index in range(len(gaps))]
    return [draw(pictures(ord_, moment)) for ord_, moment in zip(ords, moments, strict=True)]


@st.composite
def pictures(draw: st.DrawFn, ord_: int, uploaded: datetime) -> Picture:
    entries: dict[str, Datum] = draw(st.dictionaries(st.sampled_from(KEYS), data, max_size=3))
    return Picture(
        ord=ord_,
        filename=draw(st.sampled_from(NAMES)),
        size=draw(st.sampled_from([100, 999, 1_000, 1_024, 2_000_000])),
        width=draw(st.sampled_from([100, 640, 1_000, 1_001])),
        height=draw(st.sampled_from([100, 480, 640, 1_000])),
        format=draw(st.sampled_from(FORMATS)),
        origin=draw(st.sampled_from(ORIGINS)),
        uploaded=uploaded,
        taken=draw(st.none() | st.sampled_from(MOMENTS)),
        entries=entries,
        origins={key: draw(st.sampled_from(ORIGINS)) for key in entries},
        tags=draw(st.sets(st.sampled_from(TAGS), max_size=2)),
        places={
            (mirror, f"{path} {ord_}")
            for mirror, path in draw(
                st.sets(st.tuples(st.sampled_from(MIRRORS), st.sampled_from(PATHS)), max_size=3)
            )
        },
        projects=draw(
            st.dictionaries(
                st.sampled_from(PROJECTS),
                st.tuples(st.sampled_from(SPLITS), st.sampled_from(BATCHES)),
                max_size=2,
            )
        ),
        boxes=draw(st.lists(st.sampled_from(CLASSES), max_size=3)),
        trashed=draw(st.sampled_from([False, False, False, True])),
    )


@EXAMPLES
@given(st.data())
def test_the_engine_finds_what_the_words_mean(db: None, draws: st.DataObject) -> None:
    find_and_edit(draws)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("cache_bytes", [0, 10_000, 100_000_000])
@settings(EXAMPLES, max_examples=EXAMPLES.max_examples // 2)
@given(draws=st.data())
def test_it_does_so_whatever_it_keeps_in_memory(
    transactional_db: None, settings: Any, cache_bytes: int, draws: st.DataObject
) -> None:
    settings.COLUMN_CACHE_BYTES = cache_bytes
    find_and_edit(draws)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("cache_bytes", [0, 100_000_000])
def test_it_does_so_in_each_moment_while_another_process_writes(
    transactional_db: None, settings: Any, cache_bytes: int
) -> None:
    settings.COLUMN_CACHE_BYTES = cache_bytes
    workspace = make_workspace("busy")
    make_busy_library(workspace, 24)
    moments: set[int] = set()

    @BESIDE_A_WRITER
    @given(queries(ZoneInfo("UTC")), st.sampled_from(sorted(SORTS)), st.sampled_from(["", "-"]))
    def agree(node: Node, field: str, sign: str) -> None:
        text = f"({written(node)}) sort:{sign}{field}"
        with read_snapshot():
            moments.add(Workspace.objects.values_list("seq", flat=True).get(pk=workspace.pk))
            ords = search(workspace, parse(text), NOW).page(50, "").ords
            hits = found(node, read(workspace))
        assert ords == [each.ord for each in arranged(hits, SORTS[field], down=bool(sign))], text

    with running(write_forever, workspace.pk, 1, 0.02) as writer:
        agree()
        assert writer.is_alive()
    assert len(moments) > BESIDE_A_WRITER.max_examples / 10, "The writer hardly came to write."


def find_and_edit(draws: st.DataObject) -> None:
    zone = draws.draw(st.sampled_from(ZONES))
    workspace = new_workspace(zone)
    library = draws.draw(libraries())
    images = store(workspace, library)

    for _ in range(QUERIES_A_LIBRARY):
        check(workspace, library, draws.draw(queries(ZoneInfo(zone))))
    edit(workspace, library, images, draws)
    for _ in range(QUERIES_A_LIBRARY):
        check(workspace, library, draws.draw(queries(ZoneInfo(zone))))


@EXAMPLES
@given(libraries(), st.sampled_from(sorted(SORTS)), st.sampled_from(["", "-"]), st.integers(1, 4))
def test_pages_put_together_are_the_whole_in_order(
    db: None, library: list[Picture], field: str, sign: str, limit: int
) -> None:
    workspace = new_workspace("UTC")
    store(workspace, library)
    query = f"sort:{sign}{field}"
    expected = [
        picture.ord for picture in arranged(found(None, library), SORTS[field], down=bool(sign))
    ]

    forward, last_cursor = read_all(workspace, query, limit)
    backward = read_back(workspace, query, limit, last_cursor)

    assert forward == expected
    assert backward == expected
    for position, ord_ in enumerate(expected):
        image = Image.objects.get(workspace=workspace, ord=ord_)
        around = neighbours(workspace, query, image, now=NOW)
        assert around.position == position + 1
        assert [other.ord for other in around.before] == expected[max(0, position - 5) : position]
        assert [other.ord for other in around.after] == expected[position + 1 : position + 6]


@settings(EXAMPLES, max_examples=EXAMPLES.max_examples // 3)
@given(st.data())
def test_an_explanation_counts_as_a_search_does(db: None, draws: st.DataObject) -> None:
    workspace = new_workspace("UTC")
    store(workspace, draws.draw(libraries()))
    text = written(draws.draw(queries(ZoneInfo("UTC"))))

    for part in explain(workspace, text, now=NOW).parts:
        assert find(workspace, part.without, now=NOW).total == part.without_count, text
        assert find(workspace, part.text, now=NOW).total == part.count, text
        assert find(workspace, part.suggestion, now=NOW).error is None, text


FRAGMENTS = [
    *'()[]:=<>!-*,."“\\ ',
    *(" ", " AND ", " OR ", "NOT ", "..", "\0", "\ud800", "\U0001f600", "ß", "7d", "-5", "1e400"),
    *("metadata.", "k", "cam.id", "has:", "type:", "sort:", "sort:-", "tag:", "project:", "split:"),
    *(
        "uploaded:",
        "width>",
        "size<1MB",
        "class:",
        "min-annotations:",
        "origin:",
        "id:",
        "path:",
        "0001-01-01",
        "9998",
        "tag",
    ),
    *(
        "2026-05",
        "string",
        "true",
        "false",
        "today",
        "filename:",
        "min-width:",
        "batch:",
        "mirror:",
    ),
]


@settings(EXAMPLES, max_examples=EXAMPLES.max_examples * 5)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=9).map("".join))
def test_whatever_is_typed_is_answered(library: Workspace, text: str) -> None:
    page = find(library, text, now=NOW)

    assert page.total == len(page.images)
    assert page.error is None or not page.images
    for notice in page.notices:
        assert 0 <= notice.span[0] <= notice.span[1] <= len(text)
    assert len(explain(library, text, now=NOW).parts) <= 20
    assert len(suggest(library, text, len(text)).options) <= 10


def new_workspace(zone: str) -> Workspace:
    return make_workspace(f"random-{next(numbers_of_workspaces)}", time_zone=zone)


def check(workspace: Workspace, library: list[Picture], node: Node) -> None:
    text = written(node)
    expected = [picture.ord for picture in found(node, library)]

    page = find(workspace, text, limit=5, now=NOW)
    canonical = find(workspace, print_query(parse(text)), limit=5, now=NOW)

    assert page.error is None, (text, page.error)
    assert [image.ord for image in page.images] == expected[:5], text
    assert page.total == len(expected), text
    assert canonical.images == page.images, text
    assert canonical.total == page.total, text
    everyone = find(workspace, text, limit=len(library), now=NOW)
    assert [image.ord for image in everyone.images] == expected, text


def edit(
    workspace: Workspace, library: list[Picture], images: dict[int, Image], draws: st.DataObject
) -> None:
    """Change values, tags and boxes, and move one picture to the trash, in both worlds."""
    present = [picture for picture in library if not picture.trashed]
    for picture in present:
        changed = draws.draw(st.dictionaries(st.sampled_from(KEYS), st.none() | data, max_size=2))
        tags = draws.draw(st.sets(st.sampled_from(TAGS), max_size=1))
        set_entries(workspace, images, {picture.ord: changed})
        tag_images(workspace, images, {picture.ord: tags})
        for key, value in changed.items():
            if value is None:
                picture.entries.pop(key, None)
                picture.origins.pop(key, None)
            elif key not in picture.entries or not identical(picture.entries[key], value):
                picture.entries[key] = value
                picture.origins[key] = "user"
        picture.tags |= tags
        picture.boxes = draws.draw(st.lists(st.sampled_from(CLASSES), max_size=2))
        draw_boxes(workspace, images, {picture.ord: picture.boxes})
    one_goes = draws.draw(st.booleans())
    if present and one_goes:
        present[0].trashed = True
        trash(workspace, [images[present[0].ord]])


def identical(one: Datum, other: Datum) -> bool:
    return type(one) is type(other) and one == other


def read_all(workspace: Workspace, query: str, limit: int) -> tuple[list[int], str]:
    ords: list[int] = []
    page = find(workspace, query, limit=limit, now=NOW)
    ords += [image.ord for image in page.images]
    cursor = ""
    while page.next_cursor:
        cursor = page.next_cursor
        page = find(workspace, query, limit=limit, cursor=cursor, now=NOW)
        ords += [image.ord for image in page.images]
    return ords, cursor


def read_back(workspace: Workspace, query: str, limit: int, cursor: str) -> list[int]:
    page = find(workspace, query, limit=limit, cursor=cursor, now=NOW)
    ords = [image.ord for image in page.images]
    while page.previous_cursor:
        page = find(workspace, query, limit=limit, cursor=page.previous_cursor, now=NOW)
        ords = [image.ord for image in page.images] + ords
    return ords
