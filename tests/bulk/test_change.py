"""What a bulk edit comes to on one image."""

from __future__ import annotations

from typing import Any

import pytest

from assetlib.bulk.change import BOTH, BulkChange, decide, from_said
from metadata.errors import InvalidEditError
from metadata.values import Scalar, Value, from_json


def values(raw: dict[str, Scalar]) -> dict[str, Value]:
    return {key: from_json(each) for key, each in raw.items()}


@pytest.mark.parametrize(
    ("change", "held", "given", "removed", "left"),
    [
        ({"set": {"a": 1}}, {}, {"a": 1}, [], {}),
        ({"set_missing": {"a": 1}}, {}, {"a": 1}, [], {}),
        ({"set_missing": {"a": 1}}, {"a": "other"}, {}, [], {}),
        ({"remove": ["a"]}, {}, {}, ["a"], {}),
        ({"rename": {"a": "b"}}, {"a": 72.5}, {"b": 72.5}, ["a"], {}),
        ({"rename": {"a": "b"}}, {"b": 1}, {}, [], {}),
        ({"rename": {"a": "b"}}, {"a": 1, "b": 1}, {"b": 1}, ["a"], {}),
        ({"rename": {"a": "b"}}, {"a": 1, "b": "1"}, {}, [], {"a": BOTH}),
        ({"convert": {"a": "number"}}, {"a": "95"}, {"a": 95}, [], {}),
        ({"convert": {"a": "number"}}, {"a": 95}, {}, [], {}),
        ({"convert": {"a": "number"}}, {}, {}, [], {}),
        (
            {"convert": {"a": "number"}},
            {"a": "007"},
            {},
            [],
            {"a": "its value cannot be read as a number"},
        ),
        ({"convert": {"a": "string"}}, {"a": 72.5}, {"a": "72.5"}, [], {}),
        ({"convert": {"a": "string"}}, {"a": True}, {"a": "true"}, [], {}),
        ({"convert": {"a": "boolean"}}, {"a": "TRUE"}, {"a": True}, [], {}),
        (
            {"convert": {"a": "boolean"}},
            {"a": 1},
            {},
            [],
            {"a": "its value cannot be read as a boolean"},
        ),
    ],
)
def test_what_it_comes_to(
    change: dict[str, Any],
    held: dict[str, Scalar],
    given: dict[str, Scalar],
    removed: list[str],
    left: dict[str, str],
) -> None:
    decision = decide(from_said(change), values(held))

    assert {key: value.json for key, value in decision.set.items()} == given
    assert {key: type(value.json) for key, value in decision.set.items()} == {
        key: type(value) for key, value in given.items()
    }
    assert (list(decision.remove), decision.left) == (removed, left)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "nothing to do"),
        ({"remove": ["a"], "set": {"a": 1}}, "a: is spoken of more than once"),
        ({"rename": {"a": "b", "b": "c"}}, "b: is spoken of more than once"),
        ({"rename": {"a": "c", "b": "c"}}, "c: is spoken of more than once"),
        ({"rename": {"a": "a"}}, "a: is spoken of more than once"),
        ({"rename": {"a": "b/c"}}, "b/c"),
        ({"set": {"has spaces": 1}}, "has spaces"),
        ({"convert": {"a": "date"}}, "'date' is no type; string, number, boolean are"),
        ({"add_tags": ["no tag"]}, "no tag"),
        ({"add_tags": ["x"], "remove_tags": ["X"]}, "both added and removed"),
    ],
)
def test_what_is_no_change_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidEditError, match=said):
        from_said(change)


def test_it_is_written_and_read_as_it_was() -> None:
    change = BulkChange(
        set=values({"a": "95", "b": 95}),
        set_missing=values({"c": True}),
        remove=["d"],
        rename={"e": "f"},
        convert={"g": "string"},
        add_tags=["t"],
        remove_tags=["u"],
    )

    assert from_said(change.json) == change
    assert "remove" not in BulkChange(set=values({"a": 1})).json
