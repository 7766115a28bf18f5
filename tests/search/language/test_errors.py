"""What cannot be read: where it is, what is said of it, and what would work instead."""

from __future__ import annotations

import pytest

from assetlib.search.language import QueryError, parse

ROWS = [
    # Operators with nothing to work on; the word itself is always a way out.
    ("a AND", "AND", "“AND” has nothing", 'write "AND"'),
    ("AND a", "AND", "“AND” has nothing", "between two filters"),
    ("a AND AND b", "AND", "“AND” has nothing", 'write "AND"'),
    ("a OR", "OR", "“OR” has nothing", "between two filters"),
    ("OR a", "OR", "“OR” has nothing", 'write "OR"'),
    ("(a OR )", "OR", "“OR” has nothing", 'write "OR"'),
    ("NOT", "NOT", "“NOT” has nothing", "before a filter"),
    ("a NOT", "NOT", "“NOT” has nothing", 'write "NOT"'),
    ("NOT OR a", "NOT", "“NOT” has nothing", 'write "NOT"'),
    ("a OR sort:size", "OR", "“OR” has nothing", "between two filters"),
    ("-AND", "-", "“-” has nothing", 'write "-"'),
    ("--a", "--", "Two minus signs", "Write one “-”"),
    ("a --b:1", "--", "Two minus signs", "Write one “-”"),
    # Brackets.
    ("()", "()", "hold nothing", "Put a filter"),
    ("a ( ) b", "( )", "hold nothing", "take them out"),
    ("(a", "(", "not closed", "Close it with “)”"),
    ("a (b (c)", "(", "not closed", "Close it with “)”"),
    ("a)", ")", "closes nothing", 'write ")"'),
    (")", ")", "closes nothing", 'write ")"'),
    ("(a OR b) c)", ")", "closes nothing", "Take it out"),
    # Filters without a value.
    ("k:", ":", "“k:” needs a value", "k:1, or has:k"),
    ("k: v", ":", "“k:” needs a value", "Write k:v without the space"),
    ('k: "a b" c', ":", "“k:” needs a value", 'Write k:"a b" without the space'),
    ("k: OR b", ":", "“k:” needs a value", "has:k"),
    ("(k:)", ":", "“k:” needs a value", "has:k"),
    ("k > ", ">", "“k>” needs a value", "k>1"),
    ("tag:", ":", "“tag:” needs a value", "tag:night"),
    ("min-width: 5", ":", "“min-width:” needs", "Write min-width:5"),
    (f"k: {'x' * 50}", ":", "needs a value", "has:k"),
    # Quotes and lists.
    ('k:"a b', '"a b', "not closed", 'Close it with "'),
    ('a "b', '"b', "not closed", r"write \""),
    (r'"a\"', r'"a\"', "not closed", r"write \""),
    ("k:[a, b", "[a, b", "not closed", "Close it with “]”"),
    ("k:[", "[", "not closed", "Close it with “]”"),
    ("k:[]", "[]", "missing in this list", "parted by commas"),
    ("k:[a,,b]", "[a,,", "missing in this list", "parted by commas"),
    ("k:[a b]", "[a b", "side by side", "Part values by commas"),
    ("k:[a*, b]", "a*", "no patterns", 'write "a*"'),
    ("k:[a]b", "[a]b", "right behind the list", "Put a space"),
    ('"a"b', '"a"b', "right beside other text", "Put a space"),
    ('k:"a"b', '"a"b', "right beside other text", "one pair of quotes"),
    ('k:a"b"', 'a"b"', "right beside other text", "one pair of quotes"),
    ('"a""b"', '"a""b"', "right beside other text", "Put a space"),
    ('a*"b"', 'a*"b"', "right beside other text", "Put a space"),
    ("k:(a b)", "(", "begins with a bracket", "k:[a, b]"),
    # Operands.
    ("k>abc", "abc", "no number and no date", "k>80"),
    ('k>"5"', '"5"', "no number and no date", "k>80"),
    ("k>1..5", "1..5", "no number and no date", "k>80"),
    ("k>2026-13", "2026-13", "no number and no date", "k>=2026-05-01"),
    ('k>"a"*', '"a"*', "takes one value", ">80"),
    ("k>=[1,2]", "[1,2]", "no number and no date", "k>80"),
    ("k!=1..5", "1..5", "compares with one value", "-k:70..80"),
    ("k!=*", "k!=*", "compares with a value", "missing:k"),
    ("k:1..2026-05-01", "1..2026-05-01", "two numbers or between two dates", "70..80"),
    ("width:abc", "abc", "no number", "width>1000"),
    ("width:[1, 2]", "[1, 2]", "takes one value", "width>1000"),
    ("size>5XB", "5XB", "no size", "size>2MB"),
    ("uploaded:soon", "soon", "no date", "uploaded:7d"),
    ("uploaded>7d", "7d", "no date", "uploaded:7d"),
    ("uploaded:0d", "0d", "no date", "uploaded:7d"),
    ("tag>5", "tag>5", "no order", "tag:night"),
    ("min-width>5", "min-width>5", "no order", "min-width:1000"),
    ("min-width!=5", "min-width!=5", "not compared", "min-width:1000"),
    ("min-width:1..5", "1..5", "no number", "min-width:1000"),
    ('""', '""', "hold nothing", "Put the text"),
    # What the special filters take.
    ("like-image:x", "like-image:x", "cannot answer", "tags and metadata"),
    ("metadata:x", "metadata:x", "needs a key and a value", "metadata.camera_id:cam001"),
    ("metadata.:x", "metadata.:x", "no key", "metadata.camera_id"),
    ("has:a/b", "has:a/b", "“a/b” is no key", "has:camera_id"),
    ("missing:metadata.", "missing:metadata.", "no key", "missing:tag"),
    ("has>x", "has>x", "not compared", "has:camera_id"),
    ("has:[a]", "[a]", "takes one value", "has:camera_id"),
    ("type:a", "type:a", "needs a key and one of the types", "type:temperature=string"),
    ("type:a=text", "type:a=text", "string, number and boolean", "type:temperature=string"),
    ("type:metadata.=string", "type:metadata.=string", "no key", "type:temperature=string"),
    ("origin:moon", "origin:moon", "“moon” is no origin", "user, api, import, bucket"),
    ("origin:a=moon", "origin:a=moon", "“moon” is no origin", "bucket"),
    ("class:[a]", "class:[a]", "takes one class", "class:forklift"),
    ("class:a*", "class:a*", "takes one class", "class:forklift"),
    ('class:*"x"', 'class:*"x"', "takes one class", "class:forklift"),
    ("class>4", "class>4", "not compared", "class:forklift"),
    ('class:"">=4', 'class:"">=4', "needs the name", "class:forklift"),
    # The order.
    ("(sort:size)", "sort:size", "inside brackets", "end of the query"),
    ("-sort:size", "sort:size", "not negated", "sort:-"),
    ("NOT a NOT sort:size", "sort:size", "not negated", "sort:-"),
    ("sort:size a sort:-size", "sort:-size", "twice", "Take one"),
    ("sort:a/b", "sort:a/b", "nothing to sort by", "sort:filename"),
    ("sort:tag", "sort:tag", "no order by “tag”", "sort:metadata.tag"),
    ("sort>a", "sort>a", "not compared", "sort:filename"),
]


@pytest.mark.parametrize(("text", "wrong", "message", "hint"), ROWS)
def test_an_error_says_where_what_and_how_else(
    text: str, wrong: str, message: str, hint: str
) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)

    error = caught.value
    assert text[slice(*error.span)] == wrong
    assert message in error.message
    assert str(error) == error.message
    assert hint in error.hint


LIMITS = [
    ("(" * 1_000, (20, 21), "deeper than 20 levels"),
    ("(" * 21 + "a" + ")" * 21, (20, 21), "deeper than 20 levels"),
    ("NOT " * 1_000 + "a", (80, 83), "deeper than 20 levels"),
    ("-(" * 1_000, (20, 21), "deeper than 20 levels"),
    ("-" * 1_000, (0, 2), "Two minus signs"),
    ("a " * 201, (400, 401), "more than 200 filters"),
    ("a" * 20_001, (20_000, 20_001), "20,001 characters"),
]


@pytest.mark.parametrize(("text", "span", "message"), LIMITS)
def test_a_query_has_limits(text: str, span: tuple[int, int], message: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)

    assert caught.value.span == span
    assert message in caught.value.message
    assert caught.value.hint


def test_a_minus_before_a_bracket_points_at_the_bracket() -> None:
    with pytest.raises(QueryError) as caught:
        parse("a -(b")

    assert caught.value.span == (3, 4)
