from __future__ import annotations

import pytest

from assetlib.accounts.models import Workspace
from assetlib.search.explain import Part, explain
from assetlib.search.find import find
from tests.search.conftest import NOW


def parts(workspace: Workspace, text: str) -> list[tuple[str, int, int]]:
    """Return each filter, how many it finds alone, and how many the others find without it."""
    explained = explain(workspace, text, now=NOW).parts
    return [(part.text, part.count, part.without_count) for part in explained]


def only(workspace: Workspace, text: str) -> Part:
    [part] = explain(workspace, text, now=NOW).parts
    return part


def test_each_filter_alone_and_the_query_without_it(library: Workspace) -> None:
    found = parts(library, "tag:night -reviewed:true format:gif camera_id:cam003")

    assert found == [
        ("tag:night", 2, 0),
        ("-reviewed:true", 9, 0),
        ("format:gif", 1, 0),
        ("camera_id:cam003", 1, 1),
    ]


def test_the_filter_that_empties_a_query_is_told(library: Workspace) -> None:
    explained = explain(library, "has:camera_id width>5000 (tag:night OR tag:nightly)", now=NOW)

    assert [part.empties for part in explained.parts] == [False, True, False]
    emptying = explained.parts[1]
    assert emptying.without == "has:camera_id (tag:night OR tag:nightly)"
    assert find(library, emptying.without, now=NOW).total == emptying.without_count == 2


def test_without_a_project_its_split_is_that_of_any(library: Workspace) -> None:
    assert parts(library, "project:yard split:valid") == [
        ("project:yard", 2, 1),
        ("split:valid", 1, 2),
    ]


@pytest.mark.parametrize("text", ["", "*", "sort:size", "(", "tag:night AND"])
def test_there_is_nothing_to_explain(library: Workspace, text: str) -> None:
    assert parts(library, text) == []


@pytest.mark.parametrize(
    ("text", "hint", "suggestion"),
    [
        ("camera_id:cam0003", "Did you mean “cam003”?", "camera_id:cam003"),
        (
            'location:"warehouse 8"',
            "Did you mean “warehouse 7”?",
            'location:"warehouse 7"',
        ),
        (
            "metadata.camera_id:cam0003 sort:size",
            "Did you mean “cam003”?",
            "metadata.camera_id:cam003 sort:size",
        ),
        (
            'lot:"7"',
            "In quotes it is a string; without them it finds 7 too.",
            "lot:7",
        ),
        ("ok:*rue", "A pattern finds strings. “ok” is true or false here.", ""),
        ("ok:yes", "“ok” is true or false here.", ""),
        ("temperature>500", "“temperature” is a number here, from -5 to 80: > works.", ""),
        ("tag:nothing", "", ""),
        ("nothing:1", "", ""),
        ("camera_id:zzzzzz", "", ""),
    ],
)
def test_what_would_find_something(
    library: Workspace, text: str, hint: str, suggestion: str
) -> None:
    part = only(library, text)

    assert part.count == 0
    assert (part.hint, part.suggestion) == (hint, suggestion)
    if suggestion:
        assert find(library, suggestion, now=NOW).total > 0


def test_a_key_of_several_types_names_them(library: Workspace) -> None:
    part = only(library, "reviewed:maybe")

    assert part.hint == ""
    assert only(library, "captured:*x").hint == ""


def test_no_more_filters_are_explained_than_are_read(library: Workspace) -> None:
    text = " ".join(f"k{number}:x" for number in range(50))

    assert len(parts(library, text)) == 20
