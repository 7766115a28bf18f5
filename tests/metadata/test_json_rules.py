from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metadata.json_rules import (
    MAX_SIDECAR,
    JsonProblem,
    MetadataProblem,
    flatten,
    flatten_strict,
    parse_lines,
    read_json,
    read_sidecar,
)
from metadata.keynames import KeyProblem, TagProblem, check_key, check_tag, suggest_key


@pytest.mark.parametrize(
    "key",
    [
        "camera_id",
        "capture.temperature",
        "_internal_ref",
        "v2_score",
        "0",
        "a" * 255,
        "A.b",
        "a..b",
        "a.",
    ],
)
def test_keys_that_are_allowed(key: str) -> None:
    assert check_key(key) == key


@pytest.mark.parametrize(
    ("key", "said", "would_work"),
    [
        ("camera/id", "“/” is not allowed", "camera_id"),
        (".starts_with_dot", "begins with", "starts_with_dot"),
        ("has spaces", "A space is not allowed", "has_spaces"),
        ("größe", "“ö” is not allowed", "gr_e"),
        ("a\n", "not allowed", "a"),
        ("a\0b", "not allowed", "a_b"),
        ("", "A key is needed", None),
        ("/", "not allowed", None),
        ("k" * 256, "at most 255", "k" * 255),
        ("line-3", "“-” is not allowed", "line_3"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_keys_that_are_not_say_why_and_what_would_work(
    key: str, said: str, would_work: str | None
) -> None:
    with pytest.raises(KeyProblem, match=said):
        check_key(key)

    assert suggest_key(key) == would_work


@pytest.mark.parametrize("tag", ["night", "needs-annotation", "A_1", "-", "x" * 64])
def test_tags_that_are_allowed(tag: str) -> None:
    assert check_tag(tag) == tag


@pytest.mark.parametrize("tag", ["", "a b", "a/b", "ä", "x" * 65, "a\n"])
def test_tags_that_are_not(tag: str) -> None:
    with pytest.raises(TagProblem, match="Invalid tag"):
        check_tag(tag)


@pytest.mark.parametrize(
    ("raw", "entries"),
    [
        ({}, {}),
        ({"a": 1, "b": "x", "c": True}, {"a": 1, "b": "x", "c": True}),
        (
            {"capture": {"temperature": 72.5, "lens": {"f": 2}}},
            {"capture.temperature": 72.5, "capture.lens.f": 2},
        ),
        ({"a": None, "b": {}, "c": {"d": None}}, {}),
        ({"a.b": 1}, {"a.b": 1}),
        ({"a": {"b.c": 1}}, {"a.b.c": 1}),
    ],
)
def test_objects_flatten_with_dots(raw: object, entries: dict[str, object]) -> None:
    assert {key: value.json for key, value in flatten_strict(raw).items()} == entries


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ('{"a": [1, 2]}', "a", "array"),
        ('{"a": {"b": []}}', "a.b", "array"),
        ('{"a.b": 1, "a": {"b": 2}}', "a.b", "twice"),
        ('{"camera/id": 1}', "camera/id", "not allowed"),
        ('{"": 1}', "", "needed"),
        ('{"a": 9007199254740993}', "a", "digits"),
        ('{"a": 1e400}', "a", "digits"),
        ('{"a": 3.14159265358979323846}', "a", "digits"),
        ('{"a": ' + "9" * 5_000 + "}", "a", "digits"),
        ('{"a": "' + "x" * 4_097 + '"}', "a", "4,097"),
        ('{"a": "\\u0000"}', "a", "NUL"),
        ('{"a": "\\ud800"}', "a", "half"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_bad_entry_is_named_and_in_a_sidecar_alone_left_out(
    text: str, key: str, said: str
) -> None:
    found = read_sidecar(
        text.replace("}", ', "good": 1}', 1).encode() if text.count("}") == 1 else text.encode()
    )

    assert [problem.key for problem in found.problems] == [key]
    assert said in found.problems[0].message
    assert set(found.entries) <= {"good"}
    with pytest.raises(MetadataProblem):
        flatten_strict(read_json(text))


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(MetadataProblem) as refused:
        flatten_strict({"a/b": 1, "list": [], "good": 1})

    assert [problem.key for problem in refused.value.problems] == ["a/b", "list"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"a": 1,\n "b": }', "line 2 column 7"),
        (b"\xff{}", "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 40_000, "nested too deeply"),
        (b"", "line 1 column 1"),
        (b"[1]", "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b" " * (MAX_SIDECAR + 1), "too large"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_sidecar_that_cannot_be_read_says_where(data: bytes, said: str) -> None:
    with pytest.raises(JsonProblem, match=said):
        read_sidecar(data)


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ('{"a": 1, "a": 2, "good": 1}', "a", "stands twice in one object"),
        ('{"a": {"x": 1}, "a": {"y": 2}, "good": 1}', "a", "stands twice in one object"),
        ('{"in": {"a": 1, "a": 2}, "good": 1}', "in.a", "stands twice in one object"),
        ('{"a": NaN, "good": 1}', "a", "NaN is no JSON number"),
        ('{"a": -Infinity, "good": 1}', "a", "-Infinity is no JSON number"),
    ],
)
def test_what_is_no_json_is_left_out_of_a_sidecar_alone(text: str, key: str, said: str) -> None:
    found = read_sidecar(text.encode())

    assert [(problem.key, problem.message) for problem in found.problems] == [(key, said)]
    assert set(found.entries) == {"good"}
    with pytest.raises(JsonProblem):
        read_json(text)


def test_a_byte_order_mark_is_accepted() -> None:
    assert read_sidecar(b'\xef\xbb\xbf{"a": 1}').entries["a"].json == 1


def test_the_guard_rail_gives_no_entry_at_all() -> None:
    found = flatten({f"k{n}": n for n in range(1_001)})

    assert found.entries == {}
    assert "1,001 entries; 1,000 are allowed" in found.problems[0].message


def test_lines_are_typed_as_in_the_editor() -> None:
    entries = parse_lines('camera_id = 007\nscore: 1.5\nok=TRUE\nnote = a = b: c\nid="95"\n')

    assert {key: value.json for key, value in entries.items()} == {
        "camera_id": "007",
        "score": 1.5,
        "ok": True,
        "note": "a = b: c",
        "id": "95",
    }


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a = 1\nnothing", "line 2"),
        ("a = 1\na = 2", "line 2"),
        ("a/b = 1", "line 1"),
        ("a =", "line 1"),
        ('{"a": ', "JSON"),
    ],
)
def test_a_wrong_line_is_named(text: str, where: str) -> None:
    with pytest.raises(MetadataProblem) as refused:
        parse_lines(text)

    assert [problem.key for problem in refused.value.problems] == [where]


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_entries_or_problems(raw: object) -> None:
    found = flatten(raw)

    for key in found.entries:
        assert check_key(key) == key
    if not found.problems:
        assert flatten_strict(raw) == found.entries


@given(
    st.binary() | st.text().map(lambda text: json.dumps(text).encode()) | st.text().map(str.encode)
)
def test_any_bytes_are_json_or_a_problem(data: bytes) -> None:
    with contextlib.suppress(JsonProblem):
        read_json(data)
