"""What is being typed where the cursor stands: `|` in the texts."""

from __future__ import annotations

import pytest

from assetlib.search.language import Context, context_at, quote_if_needed


def at(marked: str) -> tuple[Context, str, str]:
    """Return what is typed at the mark, the text that an option replaces, and the whole text."""
    cursor = marked.index("|")
    text = marked.replace("|", "", 1)
    found = context_at(text, cursor)
    return found, text[slice(*found.span)], text


ROWS = [
    ("|", "term", "", "", ""),
    ("cam|", "term", "", "cam", "cam"),
    ("ca|m tag:x", "term", "", "ca", "cam"),
    ("a b|", "term", "", "b", "b"),
    ("a |", "term", "", "", ""),
    ("(cam|", "term", "", "cam", "cam"),
    ("metadata.cam|", "term", "", "metadata.cam", "metadata.cam"),
    ("min-w|", "term", "", "min-w", "min-w"),
    ('"two wo|', "term", "", "two wo", '"two wo'),
    ("a\nb|", "term", "", "b", "b"),
    ("camera_id:|", "key value", "camera_id", "", ""),
    ("camera_id:cam|", "key value", "camera_id", "cam", "cam"),
    ("camera_id:c|am", "key value", "camera_id", "c", "cam"),
    ("metadata.camera_id:cam|", "key value", "camera_id", "cam", "cam"),
    ("metadata:camera_id=cam|", "key value", "camera_id", "cam", "cam"),
    ("camera_id > 5|", "key value", "camera_id", "5", "5"),
    ("camera_id != |", "key value", "camera_id", "", ""),
    ("(camera_id:cam|)", "key value", "camera_id", "cam", "cam"),
    ("k:12:3|", "key value", "k", "12:3", "12:3"),
    ("tag:ni|", "value", "tag", "ni", "ni"),
    ("a OR tag:ni| b", "value", "tag", "ni", "ni"),
    ("min-width:10|", "value", "min-width", "10", "10"),
    ("filename:img(1).j|", "value", "filename", "img(1).j", "img(1).j"),
    ("has:cam|", "has", "has", "cam", "cam"),
    ("missing:|", "has", "missing", "", ""),
    ("type:temp|", "type key", "type", "temp", "temp"),
    ("type:temp=st|", "type", "temp", "st", "st"),
    ("type:temp=|", "type", "temp", "", ""),
    ("origin:us|", "origin", "origin", "us", "us"),
    ("sort:-upl|", "sort", "sort", "-upl", "-upl"),
]


@pytest.mark.parametrize(("marked", "kind", "name", "prefix", "replaced"), ROWS)
def test_what_is_typed(marked: str, kind: str, name: str, prefix: str, replaced: str) -> None:
    found, span, _text = at(marked)

    assert (found.kind, found.name, found.prefix, span) == (kind, name, prefix, replaced)
    assert not found.quoted
    assert not found.in_list
    assert not found.negated


@pytest.mark.parametrize(
    ("marked", "prefix", "replaced"),
    [
        ('k:"cam 0|', "cam 0", '"cam 0'),
        ('k:"ca|m 001" b', "ca", '"cam 001"'),
        ("k:“ca|m 001” b", "ca", "“cam 001”"),
        ('k:"cam 0| tag:x', "cam 0", '"cam 0'),
        ('k:"ca| tag:"x"', "ca", '"ca'),
        (r'k:"a\"b|"', 'a"b', r'"a\"b"'),
        (r'k:"a\\b|', "a\\b", r'"a\\b'),
        ('k:"a (b|', "a (b", '"a (b'),
    ],
)
def test_quoted_text_is_replaced_with_its_quotes(marked: str, prefix: str, replaced: str) -> None:
    found, span, _text = at(marked)

    assert (found.kind, found.prefix, span) == ("key value", prefix, replaced)
    assert found.quoted


def test_quoted_text_that_ends_with_a_backslash_is_over() -> None:
    found, span, _text = at(r'k:"a\\" cam|')

    assert (found.kind, found.prefix, span) == ("term", "cam", "cam")


@pytest.mark.parametrize(
    ("marked", "prefix", "replaced"),
    [
        ("k:[|", "", ""),
        ("k:[a, b|", "b", "b"),
        ("k:[a, b|c]", "b", "bc"),
        ("k:[a|b, c]", "a", "ab"),
        ('k:["a, b", "c d|', "c d", '"c d'),
        ('k:["x ]", c|]', "c", "c"),
        ("k!=[a,|]", "", ""),
    ],
)
def test_an_item_of_a_list_is_replaced_alone(marked: str, prefix: str, replaced: str) -> None:
    found, span, _text = at(marked)

    assert (found.kind, found.name, found.prefix, span) == ("key value", "k", prefix, replaced)
    assert found.in_list


@pytest.mark.parametrize("marked", ["-tag:ni|", "a -tag:ni|", "(-tag:ni|"])
def test_a_minus_stays_where_it_is(marked: str) -> None:
    found, span, _text = at(marked)

    assert (found.kind, found.prefix, span) == ("value", "ni", "ni")
    assert found.negated


@pytest.mark.parametrize("cursor", [-5, 99])
def test_a_cursor_outside_the_text_stands_at_its_edge(cursor: int) -> None:
    start, end = context_at("tag:night", cursor).span

    assert 0 <= start <= end <= 9


@pytest.mark.parametrize(
    ("value", "operand"),
    [
        ("cam001", "cam001"),
        ("cam-001", "cam-001"),
        ("cam 001", '"cam 001"'),
        ("95", '"95"'),
        ("007", "007"),
        ("True", '"True"'),
        ("2026-05-01", '"2026-05-01"'),
        ("1..5", '"1..5"'),
        ("a*", '"a*"'),
        ("a,b", '"a,b"'),
        ("a]", '"a]"'),
        ("[a", '"[a"'),
        ("img(1).jpg", '"img(1).jpg"'),
        (">5", '">5"'),
        ("a>5", "a>5"),
        ('say "hi"', r'"say \"hi\""'),
        ("“hi”", '"“hi”"'),
        ("C:\\new", "C:\\new"),
        ("C:\\new dir", r'"C:\\new dir"'),
        ("", '""'),
        ("été", "été"),
    ],
)
def test_a_string_is_quoted_where_it_would_read_otherwise(value: str, operand: str) -> None:
    assert quote_if_needed(value) == operand
