from __future__ import annotations

import pytest

from assetlib.accounts.models import Workspace
from assetlib.columns.form import normalise
from metadata.models import Key, Tag, Value
from metadata.suggest import (
    KeySuggestion,
    TagSuggestion,
    ValueSuggestion,
    suggest_keys,
    suggest_tags,
    suggest_values,
)
from tests.factories import make_workspace


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


def make_key(workspace: Workspace, name: str, **counts: int) -> Key:
    fields = {f"{type_name}_count": count for type_name, count in counts.items()}
    return Key.objects.create(
        workspace=workspace, name=name, image_count=sum(counts.values()), **fields
    )


def add_values(key: Key, *texts: tuple[str, int], type_name: str = "string") -> None:
    first = key.values.count()
    Value.objects.bulk_create(
        Value(
            key=key,
            code=code,
            type=type_name,
            text=text,
            norm=normalise(text)[:200],
            digest=str(code).encode(),
            image_count=count,
        )
        for code, (text, count) in enumerate(texts, first)
    )


def test_keys_come_by_prefix_then_by_what_they_contain_each_by_use(workspace: Workspace) -> None:
    make_key(workspace, "lens.camera", number=90)
    make_key(workspace, "camera_id", string=5, number=2)
    make_key(workspace, "Cam", boolean=20)
    make_key(workspace, "unused_cam")
    make_key(make_workspace("other"), "cam", string=100)

    assert suggest_keys(workspace, "cam") == [
        KeySuggestion("Cam", ("boolean",), 20),
        KeySuggestion("camera_id", ("string", "number"), 7),
        KeySuggestion("lens.camera", ("number",), 90),
    ]


def test_a_key_that_is_written_out_comes_first(workspace: Workspace) -> None:
    for name, count in (("a.b", 3), ("a", 1), ("A", 2)):
        make_key(workspace, name, string=count)

    assert [key.name for key in suggest_keys(workspace, "a")] == ["a", "a.b", "A"]


def test_keys_without_a_prefix_come_by_use(workspace: Workspace) -> None:
    for name, count in (("a", 1), ("b", 3), ("c", 2)):
        make_key(workspace, name, string=count)

    assert [key.name for key in suggest_keys(workspace, limit=2)] == ["b", "c"]


@pytest.mark.parametrize("wild", ["%", "_", "\\"])
def test_a_prefix_is_text_and_no_pattern(workspace: Workspace, wild: str) -> None:
    key = make_key(workspace, "plain", string=1)
    add_values(key, ("plain", 1))

    assert suggest_keys(workspace, wild) == []
    assert suggest_values(key, wild) == []
    assert suggest_tags(workspace, wild) == []


def test_values_come_by_count_in_any_case(workspace: Workspace) -> None:
    key = make_key(workspace, "site", string=9, boolean=4)
    add_values(key, ("Straße 1", 2), ("STRASSE 2", 5), ("strand", 1), ("stra-gone", 0), ("ask", 1))
    add_values(key, ("true", 4), type_name="boolean")

    assert suggest_values(key, "strass") == [
        ValueSuggestion("STRASSE 2", "string", 5),
        ValueSuggestion("Straße 1", "string", 2),
    ]
    assert suggest_values(key, "", limit=2) == [
        ValueSuggestion("STRASSE 2", "string", 5),
        ValueSuggestion("true", "boolean", 4),
    ]


def test_long_values_are_compared_beyond_what_the_index_holds(workspace: Workspace) -> None:
    key = make_key(workspace, "note", string=2)
    start = "x" * 250
    add_values(key, (start + "1", 1), (start + "2", 1))

    assert [value.text for value in suggest_values(key, start + "2")] == [start + "2"]


def test_tags_come_by_prefix_then_by_what_they_contain(workspace: Workspace) -> None:
    for name, count in (("midnight", 9), ("Night", 2), ("nightly", 3), ("night-gone", 0)):
        Tag.objects.create(workspace=workspace, name=name, folded=name.lower(), image_count=count)

    assert suggest_tags(workspace, "NIGHT") == [
        TagSuggestion("nightly", 3),
        TagSuggestion("Night", 2),
        TagSuggestion("midnight", 9),
    ]
