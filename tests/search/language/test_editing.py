"""Edits of a query's text: what they touch, and what stays as it was typed."""

from __future__ import annotations

import pytest

from assetlib.search.language import (
    QueryError,
    Sort,
    chips,
    toggle,
    with_filter,
    with_sort,
    without_filter,
)


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("", []),
        ("*", []),
        ("sort:size", []),
        ("a", ["a"]),
        ("a  k:[x, y] AND -b", ["a", "k:[x, y]", "b"]),
        ("a OR b", ["a OR b"]),
        ("(a b)", ["(a b)"]),
        ("(a b) c", ["(a b)", "c"]),
        ("a sort:size b", ["a", "b"]),
        ("a sort:size OR b", ["a OR b"]),
    ],
)
def test_each_filter_at_the_top_is_a_chip(text: str, texts: list[str]) -> None:
    assert [chip.text for chip in chips(text)] == texts


def test_a_chip_says_where_it_is_and_what_it_does() -> None:
    first, second = chips('tag:night AND NOT k:"a b" sort:size')

    assert (first.span, first.negated) == ((0, 9), False)
    assert first.without == 'NOT k:"a b" sort:size'
    assert first.flipped == '-tag:night AND NOT k:"a b" sort:size'
    assert (second.span, second.negated) == ((14, 25), True)
    assert second.without == "tag:night sort:size"
    assert second.flipped == 'tag:night AND k:"a b" sort:size'


@pytest.mark.parametrize(
    ("text", "index", "without"),
    [
        ("a AND b c", 0, "b c"),
        ("a AND b AND c", 1, "a AND c"),
        ("a b\nAND\tc", 2, "a b"),
        ("(a)AND(b)", 0, "(b)"),
        ("(a)AND(b)", 1, "(a)"),
        ("a = AND b", 1, "a = AND"),
        ('x "q" >5', 1, "x  >5"),
        ("a sort:size OR b", 0, "sort:size"),
        ("a AND sort:size", 0, "sort:size"),
    ],
)
def test_a_chip_goes_with_the_operator_that_joined_it(text: str, index: int, without: str) -> None:
    assert chips(text)[index].without == without


@pytest.mark.parametrize(
    ("text", "flipped"),
    [
        ("a", "-a"),
        ("-a", "a"),
        ("NOT a", "a"),
        ("(a b)", "-(a b)"),
        ("a OR b", "-(a OR b)"),
        ("(a) OR (b)", "-((a) OR (b))"),
        ("-a OR b", "-(-a OR b)"),
        ("-", "NOT -"),
        ('"a b"', '-"a b"'),
        ("a OR b sort:size", "-(a OR b) sort:size"),
        ("a sort:size OR b", "-(a OR b) sort:size"),
    ],
)
def test_a_chip_flips(text: str, flipped: str) -> None:
    assert chips(text)[0].flipped == flipped


@pytest.mark.parametrize(
    ("text", "flipped"), [("x NOT >5", "x  >5"), ("x(b c)", "x -(b c)"), ("a  b", "a  -b")]
)
def test_a_flipped_chip_stays_apart_from_the_one_before(text: str, flipped: str) -> None:
    assert chips(text)[1].flipped == flipped


@pytest.mark.parametrize(
    ("text", "added", "longer"),
    [
        ("", "tag:x", "tag:x"),
        ("*", "tag:x", "tag:x"),
        ("sort:size", "tag:x", "tag:x sort:size"),
        ("a", "tag:x", "a tag:x"),
        ("  a   b ", "tag:x", "a   b tag:x"),
        ("a sort:size b", "tag:x", "a b tag:x sort:size"),
        ("a OR b", "tag:x", "(a OR b) tag:x"),
        ("(a) OR (b)", "tag:x", "((a) OR (b)) tag:x"),
        ("(a OR b)", "tag:x", "(a OR b) tag:x"),
        ("a", "b OR c", "a (b OR c)"),
        ("a", "b c", "a (b c)"),
        ("a", "-b", "a -b"),
        ("a", ">5", "a  >5"),
        ("a", "b sort:size", "a b"),
        # There already, however it is spelled.
        ("a metadata.k:x", "k=x", "a metadata.k:x"),
        ("NOT k:x", "-metadata.k:x", "NOT k:x"),
        ("a b", "a b", "a b"),
        ("a", "*", "a"),
        ("a", "", "a"),
    ],
)
def test_a_filter_is_added(text: str, added: str, longer: str) -> None:
    assert with_filter(text, added) == longer


@pytest.mark.parametrize(
    ("text", "removed", "shorter"),
    [
        ("a tag:x", "tag:x", "a"),
        ("a AND metadata.k:x sort:size", "k=x", "a sort:size"),
        ("k:x", "k:x", ""),
        ("k:x sort:size", "k:x", "sort:size"),
        ("a b k:x a", "a", "b k:x"),
        ("a AND a b", "a", "b"),
        ("a AND a AND b AND a", "a", "b"),
        ("a a AND b", "a", "b"),
        ("a AND a sort:size AND a", "a", "sort:size"),
        ("a b", "a b", ""),
        ("a OR b", "(a OR b)", ""),
        ("a  b", "c", "a  b"),
        ("(a b) c", "a", "(a b) c"),
        ("-a", "a", "-a"),
        ("a", "*", "a"),
    ],
)
def test_a_filter_is_removed(text: str, removed: str, shorter: str) -> None:
    assert without_filter(text, removed) == shorter


def test_a_filter_is_toggled() -> None:
    assert toggle("a", "tag:x") == "a tag:x"
    assert toggle("a tag:x", "tag:x") == "a"


@pytest.mark.parametrize(
    ("text", "sort", "ordered"),
    [
        ("", Sort("size"), "sort:size"),
        ("a", Sort("size", descending=True), "a sort:-size"),
        ("a sort:size b", Sort("score", is_key=True), "a b sort:metadata.score"),
        ("a AND sort:size OR b", Sort("width"), "a OR b sort:width"),
        ("sort:size AND a", None, "a"),
        ("a", None, "a"),
    ],
)
def test_the_order_is_changed(text: str, sort: Sort | None, ordered: str) -> None:
    assert with_sort(text, sort) == ordered


@pytest.mark.parametrize("text", ["(", "k:", "a OR"])
def test_a_text_that_cannot_be_read_is_not_edited(text: str) -> None:
    with pytest.raises(QueryError):
        chips(text)
    with pytest.raises(QueryError):
        with_filter(text, "a")
    with pytest.raises(QueryError):
        with_filter("a", text)
    with pytest.raises(QueryError):
        without_filter("a", text)
    with pytest.raises(QueryError):
        with_sort(text, None)
