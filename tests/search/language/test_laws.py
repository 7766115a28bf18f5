"""What holds for every text, however odd."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from assetlib.search.language import (
    And,
    Equals,
    Everything,
    KeyFilter,
    Node,
    Not,
    OneOf,
    Or,
    Query,
    QueryError,
    Quoted,
    Sort,
    Word,
    chips,
    context_at,
    parse,
    print_query,
    quote_if_needed,
    toggle,
    with_filter,
    with_sort,
    without_filter,
)
from tests.search.language.texts import nasty, queries, texts

# How long one example takes says nothing on a machine that is busy.
LAW = settings(deadline=None)


def read(text: str) -> Query:
    """Return the query; leave out the example when there is none."""
    try:
        return parse(text)
    except QueryError:
        assume(False)
        raise


def without_double_negation(node: Node) -> Node:
    match node:
        case Not(Not(item)):
            return without_double_negation(item)
        case Not(item):
            return Not(without_double_negation(item))
        case And(items):
            return And(tuple(map(without_double_negation, items)))
        case Or(items):
            return Or(tuple(map(without_double_negation, items)))
        case _:
            return node


def parts(query: Query) -> list[Node]:
    return [
        parse(chip.text).node if not chip.negated else Not(parse(chip.text).node)
        for chip in chips(query.text)
    ]


@LAW
@given(texts)
def test_any_text_is_a_query_or_an_error_within_it(text: str) -> None:
    error = None
    try:
        parse(text)
    except QueryError as found:
        error = found

    if error:
        assert 0 <= error.span[0] <= error.span[1] <= len(text)
        assert error.message
        assert error.hint


@LAW
@given(texts)
def test_what_is_printed_reads_back(text: str) -> None:
    query = read(text)

    printed = print_query(query)

    assert parse(printed) == query
    assert print_query(parse(printed)) == printed


@LAW
@given(texts)
def test_spans_of_chips_lie_in_order_within_the_text(text: str) -> None:
    read(text)

    spans = [chip.span for chip in chips(text)]

    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))


@LAW
@given(texts, queries)
@example("a b", ">5")
@example("(a) OR (b)", "c")
@example("a", "b OR c")
@example("", "a b sort:size")
def test_adding_and_removing_a_filter_leaves_what_was_found(text: str, added: str) -> None:
    query, wanted = read(text), read(added).node
    assume(without_filter(text, added) == text)

    longer = with_filter(text, added)

    assert wanted in {Everything(), parse(longer).node, *parts(parse(longer))}
    assert parse(without_filter(longer, added)) == query
    assert parse(toggle(toggle(text, added), added)) == query
    assert with_filter(longer, added) == longer


@LAW
@given(st.lists(st.sampled_from(["a", "AND a", "b", "AND b", "(a)", "sort:size"]), max_size=7))
def test_removing_a_filter_removes_it_wherever_it_stands(terms: list[str]) -> None:
    query = read(" ".join(terms))
    kept = [term for term in terms if term not in {"a", "AND a", "(a)"}]

    rest = parse(without_filter(query.text, "a"))

    assert rest == parse(" ".join(kept).removeprefix("AND "))


@LAW
@given(texts)
@example("a AND b c")
@example("a = AND b")
@example('x "q" >5')
@example("(a)AND(b)")
@example("a sort:size OR b")
@example("a sort:size AND b")
def test_removing_a_chip_leaves_the_others(text: str) -> None:
    query = read(text)
    found = chips(text)

    for index, chip in enumerate(found):
        rest = parse(chip.without)
        others = [other.text for other in found[:index] + found[index + 1 :]]

        assert rest.sort == query.sort
        if len(others) == 1:
            whole = parts(query)[:index] + parts(query)[index + 1 :]
            assert [rest.node] == whole
        else:
            assert [other.text for other in chips(chip.without)] == others


@LAW
@given(texts)
@example("x NOT >5")
@example("x(b c)")
@example("- a")
@example("(a) OR (b)")
@example("a sort:size OR b")
@example("a NOT(b c)d")
def test_a_flipped_chip_flips_back(text: str) -> None:
    query = read(text)
    # Of everything there is no chip.
    assume(without_double_negation(query.node) not in {Everything(), Not(Everything())})

    for index, chip in enumerate(chips(text)):
        flipped = chips(chip.flipped)
        back = parse(flipped[index].flipped)

        assert flipped[index].negated != chip.negated or isinstance(parse(chip.text).node, Not)
        assert without_double_negation(back.node) == without_double_negation(query.node)
        assert back.sort == query.sort


@LAW
@given(texts, st.sampled_from([None, Sort("size"), Sort("score", is_key=True, descending=True)]))
@example("a AND sort:size OR b", None)
def test_another_order_finds_the_same(text: str, sort: Sort | None) -> None:
    query = read(text)

    ordered = parse(with_sort(text, sort))

    assert (ordered.node, ordered.sort) == (query.node, sort)


@LAW
@given(st.text() | nasty)
@example("a “b”")
@example("2026-05")
@example("a\\")
@example(":x")
def test_a_quoted_string_finds_this_string_alone(value: str) -> None:
    operand = quote_if_needed(value)

    for text in (f"k:{operand}", f"k = {operand}", f"(k:[{operand}, b])"):
        match parse(text).node:
            case KeyFilter("k", Equals(found) | OneOf((found, _))):
                assert found.text == value
                assert isinstance(found, Quoted) or is_string(found)
            case node:
                pytest.fail(f"{text} reads as {node}")


def is_string(word: Word) -> bool:
    return word.number is None and word.boolean is None


@LAW
@given(texts, st.integers(0, 40))
@example('a:"b', 4)
@example("[", 1)
def test_completion_reads_any_text_at_any_place(text: str, cursor: int) -> None:
    found = context_at(text, cursor)

    start, end = found.span
    assert 0 <= start <= min(cursor, len(text)) <= end <= len(text)
    assert found.quoted or found.prefix in text or text[start] in '"“”'
