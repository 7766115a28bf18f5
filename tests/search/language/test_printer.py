"""Tree → text, in the one way it is written."""

from __future__ import annotations

import pytest

from assetlib.search.language import Sort, parse, print_node, print_query, print_sort

ROWS = [
    ("", "*"),
    ("  ", "*"),
    ("camera_id:cam001", "metadata.camera_id:cam001"),
    ("metadata:camera_id=cam001", "metadata.camera_id:cam001"),
    ("metadata.metadata.x:1", "metadata.metadata.x:1"),
    ("k = 5", "metadata.k:5"),
    ("k:!=5", "metadata.k!=5"),
    ("k:>5.0", "metadata.k>5"),
    ("k:.5..1e2", "metadata.k:0.5..100"),
    ("k:5..", "metadata.k:5.."),
    ("k:..-1", "metadata.k:..-1"),
    ("k:=>5", "metadata.k:=>5"),
    ("k:!x", "metadata.k:=!x"),
    ("k!==x", "metadata.k!==x"),
    ("k:a**b*", "metadata.k:a*b*"),
    ('k:*"ware house"*', 'metadata.k:*"ware house"*'),
    ('k:"ware"*', "metadata.k:ware*"),
    ("k:*[a]", 'metadata.k:*"[a]"'),
    (r'k:"a\b"*', r"metadata.k:a\b*"),
    (r'k:"a \b"*', r'metadata.k:"a \\b"*'),
    ("k:[a,b ,“c d”]", 'metadata.k:[a, b, "c d"]'),
    ("k!=[a,b]", "metadata.k!=[a, b]"),
    ("k:*", "has:k"),
    ("has:metadata.k", "has:k"),
    ("has:metadata.tag", "has:metadata.tag"),
    ("missing:metadata.metadata", "missing:metadata.metadata"),
    ("missing:metadata", "missing:metadata"),
    ("type:metadata.metadata.b=string", "type:metadata.metadata.b=string"),
    ("origin:metadata.b=user", "origin:b=user"),
    ("origin:bucket", "origin:bucket"),
    ("class:a>=1", "class:a"),
    ("class:a>=1>=1", "class:a>=1>=1"),
    ("class::==b", "class::==b"),
    ("class:==b", "class:==b"),
    ('class:"hard hat"=2', 'class:"hard hat"=2'),
    ("min-width:5", "width>=5"),
    ("min-annotations:5", "min-annotations:5"),
    ('size:"2 MB"', "size:2MB"),
    ("size:1.50kib", "size:1.50kib"),
    ("uploaded:7D", "uploaded:7d"),
    ("uploaded:today", "uploaded:today"),
    ('uploaded>="2026-05-01 10:00"', 'uploaded>="2026-05-01 10:00"'),
    ("uploaded!=2026", "uploaded!=2026"),
    ('tag:"night"', 'tag:"night"'),
    ('"a"', "a"),
    ("“a b”", '"a b"'),
    ('"AND"', '"AND"'),
    ('"a:b"', '"a:b"'),
    (r'"say \"hi\" \\"', r'"say \"hi\" \\"'),
    ("- x", '"-" x'),
    ("img(1).jpg", '"img(1).jpg"'),
    ("a AND b", "a b"),
    ("NOT a", "-a"),
    ("-NOT a", "NOT -a"),
    ("-(-(-a))", "NOT NOT -a"),
    ("-(a b)", "-(a b)"),
    ("(a b) OR c", "a b OR c"),
    ("(a OR b) OR c", "(a OR b) OR c"),
    ("(a OR b) c", "(a OR b) c"),
    ("(a b) c", "(a b) c"),
    ("((a))", "a"),
    ("sort:-score a OR b", "a OR b sort:-metadata.score"),
    ("sort:-uploaded", "* sort:-uploaded"),
]


@pytest.mark.parametrize(("text", "canonical"), ROWS)
def test_a_query_has_one_spelling(text: str, canonical: str) -> None:
    query = parse(text)

    printed = print_query(query)

    assert printed == canonical
    assert parse(printed) == query


def test_what_nests_to_the_limit_prints_within_it() -> None:
    deep = "a"
    for _ in range(9):
        deep = f"x y OR z -(NOT {deep})"
    query = parse(deep)

    assert parse(print_query(query)) == query


def test_a_node_is_printed_without_the_order() -> None:
    assert print_node(parse("k:a sort:size").node) == "metadata.k:a"


@pytest.mark.parametrize(
    ("sort", "text"),
    [
        (Sort("size"), "sort:size"),
        (Sort("size", descending=True), "sort:-size"),
        (Sort("size", is_key=True), "sort:metadata.size"),
    ],
)
def test_an_order_says_whether_it_is_by_a_key(sort: Sort, text: str) -> None:
    assert print_sort(sort) == text
    assert parse(text).sort == sort
