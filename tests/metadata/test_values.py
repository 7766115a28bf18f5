from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetlib.columns.form import normalise
from metadata.values import (
    BOOLEAN,
    NUMBER,
    STRING,
    TYPES,
    Value,
    ValueProblem,
    ValueType,
    from_json,
    from_number,
    from_stored,
    parse_number,
    parse_typed,
    reads_differently,
)

PI_21 = "3.14159265358979323846"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("95", 95),
        ("3.14", 3.14),
        ("-2", -2),
        ("1e5", 100_000),
        ("1E+5", 100_000),
        ("1e-3", 0.001),
        (".5", 0.5),
        ("-.5", -0.5),
        ("0", 0),
        ("-0", 0),
        ("-0.0", 0),
        ("0.10", 0.1),
        ("1.10", 1.1),
        ("95.0", 95),
        ("9007199254740992", 2**53),
        ("1e300", 1e300),
    ],
)
def test_a_number_is_a_text_that_a_float_says_exactly(text: str, number: float) -> None:
    found = parse_number(text)

    assert found == number
    assert str(found) == str(number)


@pytest.mark.parametrize(
    "text",
    [
        "007",
        "+5",
        "1_000",
        "0x1F",
        "5.",
        "NaN",
        "Infinity",
        "-inf",
        "1e400",
        "1e-400",
        "9007199254740993",
        PI_21,
        "١٢",
        "１２",
        "1,5",
        "1 000",
        "",
        "-",
        "--1",
        "1e",
        ".",
        "1.2.3",
        "9" * 5_000,
    ],
)
def test_an_identifier_is_never_damaged(text: str) -> None:
    assert parse_number(text) is None
    if text:
        assert parse_typed(text[:4_000]) == Value(STRING, text[:4_000])


@pytest.mark.parametrize(
    ("text", "value_type", "value"),
    [
        ("TRUE", BOOLEAN, True),
        ("False", BOOLEAN, False),
        ("yes", STRING, "yes"),
        ('"95"', STRING, "95"),
        ('"true"', STRING, "true"),
        ('""95""', STRING, '"95"'),
        (r'"a\"b"', STRING, r"a\"b"),
        ('"', STRING, '"'),
        ('"open', STRING, '"open'),
        ("  cam 001\t", STRING, "cam 001"),
        ('" padded "', STRING, " padded "),
        ("a\nb", STRING, "a\nb"),
        ("null", STRING, "null"),
        ("🚜", STRING, "🚜"),
    ],
)
def test_what_a_person_types_is_parsed(text: str, value_type: ValueType, value: object) -> None:
    typed = parse_typed(text)

    assert (typed.type, typed.value) == (value_type, value)


@pytest.mark.parametrize(
    ("text", "override", "value"),
    [
        ("95", "string", "95"),
        (" 95 ", "string", "95"),
        ('"95"', "string", '"95"'),
        ("true", "string", "true"),
        ("95", "number", 95),
        ("TRUE", "boolean", True),
    ],
)
def test_the_override_decides(text: str, override: str, value: object) -> None:
    assert parse_typed(text, override) == Value(TYPES[override], value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "override", "said"),
    [
        ("", "", "needed"),
        ("   ", "", "needed"),
        ('""', "", "needed"),
        ("007", "number", "not a number"),
        ("cam", "number", "not a number"),
        ("1", "boolean", "not a boolean"),
        ("x" * 4_097, "", "4,097 characters"),
        ("a\0b", "", "NUL"),
        ("a\ud800b", "", "half of a character"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_what_would_work(
    text: str, override: str, said: str
) -> None:
    with pytest.raises(ValueProblem, match=said) as refused:
        parse_typed(text, override)

    assert refused.value.hint


def test_4096_characters_are_kept_whatever_their_bytes() -> None:
    assert len(parse_typed("🚜" * 4_096).text) == 4_096


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("95", "95"),
        (95, "95"),
        (95.0, "95"),
        (72.5, "72.5"),
        (-0.0, "0"),
        (True, "true"),
        (False, "false"),
        (1e300, "1e+300"),
    ],
)
def test_the_json_type_is_the_type(raw: object, text: str) -> None:
    assert from_json(raw).text == text


@pytest.mark.parametrize(
    "raw",
    [9007199254740993, 10**400, float("inf"), float("nan"), None, [], {}, "a\0", "\ud800"],
    ids=repr,
)
def test_json_that_would_be_altered_or_is_no_value_is_refused(raw: object) -> None:
    with pytest.raises(ValueProblem):
        from_json(raw)


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (95, 95.0, True),
        (True, 1, False),
        (False, 0, False),
        ("95", 95, False),
        ("true", True, False),
        ("é", "e\u0301", False),
        ("A", "a", False),
    ],
)
def test_equal_means_same_type_and_same_value(one: object, other: object, equal: bool) -> None:
    assert (from_json(one) == from_json(other)) is equal
    assert (len({from_json(one), from_json(other)}) == 1) is equal


@pytest.mark.parametrize(
    ("text", "differs"),
    [("1.10", True), ("95", False), ("TRUE", True), ('"95"', True), ("  x ", False), ("-0", True)],
)
def test_a_value_that_reads_differently_is_told(text: str, differs: bool) -> None:
    assert reads_differently(text, parse_typed(text)) is differs


@pytest.mark.parametrize(
    ("one", "other"), [("Straße", "STRASSE"), ("café", "CAFE\u0301"), ("ǅ", "ǆ"), ("İ", "i\u0307")]
)
def test_matching_ignores_case_and_form(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


STRINGS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
VALUES = st.one_of(
    STRINGS.map(from_json),
    st.booleans().map(from_json),
    st.floats(allow_nan=False, allow_infinity=False).map(from_json),
    st.integers(-(2**53), 2**53).map(from_json),
)


@given(VALUES)
def test_what_is_written_reads_back(value: Value) -> None:
    assert from_stored(value.type.name, value.text) == value
    if value.number is not None:
        assert from_number(value.number) == value
        assert parse_typed(value.text, "number") == value


@given(STRINGS)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise(text)

    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(st.text())
def test_any_text_is_a_value_or_a_problem(text: str) -> None:
    try:
        value = parse_typed(text)
    except ValueProblem:
        return
    if value.type is NUMBER:
        assert parse_typed(value.text) == value
