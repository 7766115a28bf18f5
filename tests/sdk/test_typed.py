"""What a person types at the command means what it means in the editor."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assetlib.sdk.cli._typed import assignment, value
from metadata.values import ValueProblem, parse_typed

LIKELY = st.one_of(
    st.text(max_size=12),
    st.text('0123456789.-+eE_"x', max_size=12),
    st.sampled_from(["TRUE", " false ", '"true"', "NaN", "Infinity", "1e400", "9" * 400, "-0"]),
    st.floats().map(repr),
    st.integers().map(str),
)


@settings(deadline=None)
@given(LIKELY)
@example("9007199254740993")
@example('""')
@example('" "')
@example('"')
def test_it_reads_as_the_server_does(typed: str) -> None:
    try:
        expected = parse_typed(typed)
    except ValueProblem:
        # That a text is empty the command says, that it holds a NUL and the like the server.
        assert typed.strip().strip('"') == "" or isinstance(value(typed), str)
        return

    found = value(typed)

    assert (type(found) is str, type(found) is bool, found) == (
        expected.type.name == "string",
        expected.type.name == "boolean",
        expected.value,
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("line=3", ("line", 3)),
        (" note = a = b ", ("note", "a = b")),
        ('serial="007"', ("serial", "007")),
    ],
)
def test_an_assignment_is_a_key_and_a_value(text: str, expected: tuple[str, object]) -> None:
    assert assignment(text) == expected


@pytest.mark.parametrize("text", ["line", "=3", " =3", "line=", "line= "])
def test_what_is_none_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=r"no key=value|empty"):
        assignment(text)
