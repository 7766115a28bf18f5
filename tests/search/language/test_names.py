"""The table of built-in filters is data for completion, README and the engine."""

from __future__ import annotations

import pytest

from assetlib.search.language import (
    NAMES,
    SORTABLE,
    ClassCount,
    Everything,
    FieldFilter,
    Has,
    KeyFilter,
    Name,
    Node,
    OriginOf,
    QueryError,
    TypeOf,
    parse,
)
from assetlib.search.language.names import UNANSWERED

ROWS = [pytest.param(row, id=row.name) for row in NAMES.values()]


OWN_KINDS: dict[type[Node], str] = {
    KeyFilter: "metadata",
    TypeOf: "type",
    OriginOf: "origin",
    ClassCount: "class",
    Everything: "sort",
}


def said_by(node: Node) -> str:
    """Return the built-in name that a query's one filter was read by."""
    match node:
        case FieldFilter(name):
            return name
        case Has(present=present):
            return "has" if present else "missing"
        case _:
            return OWN_KINDS[type(node)]


@pytest.mark.parametrize("row", ROWS)
def test_the_example_is_read_by_its_row(row: Name) -> None:
    query = parse(row.example)

    assert bool(query.sort) == (row.takes == "sort")
    assert said_by(query.node) == (row.of or row.name)
    assert row.example.startswith(row.name)


@pytest.mark.parametrize("row", ROWS)
def test_the_sentence_is_a_phrase(row: Name) -> None:
    assert row.sentence
    assert row.sentence == row.sentence.strip(" .")


@pytest.mark.parametrize("row", ROWS)
def test_a_key_of_the_same_name_is_within_reach(row: Name) -> None:
    key = row.name.replace("-", "_")

    node: Node = parse(f"metadata.{key}:x").node

    assert isinstance(node, KeyFilter)
    assert node.key == key


@pytest.mark.parametrize("row", ROWS)
def test_only_a_field_with_an_order_is_compared(row: Name) -> None:
    operand = {"date": "2026-05", "size": "2MB"}.get(row.takes, "5")

    if row.ordered:
        assert isinstance(parse(f"{row.name}>{operand}").node, FieldFilter)
    else:
        with pytest.raises(QueryError):
            parse(f"{row.name}>{operand}")


def test_names_that_stand_for_a_comparison_name_a_field() -> None:
    bound = [row for row in NAMES.values() if row.bound]

    assert len(bound) == 5
    assert all((row.of or row.name) in NAMES for row in bound)


def test_all_that_is_sorted_by_is_a_field() -> None:
    assert set(SORTABLE) <= set(NAMES)
    assert all(parse(f"sort:-{name}").sort for name in SORTABLE)


def test_what_cannot_be_answered_is_no_name() -> None:
    assert not set(UNANSWERED) & set(NAMES)
