"""Values: strings, numbers and booleans. A type is one class, and nobody else asks which it is.

What a person types is parsed (`parse_typed`); through API, SDK and sidecars the JSON type is the
type (`from_json`). Either way an identifier is never damaged: a text becomes a number only when the
number, written out, is exactly what was typed.
"""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from decimal import Decimal
from typing import NamedTuple, TypeAlias

Scalar: TypeAlias = str | int | float | bool

MAX_STRING = 4_096
# 1-product's rule; [0-9] rather than \d, which takes the digits of every script.
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|-?\.[0-9]+")
# Longer than any text a float can equal: 2**-1074 written out has 1,077 characters.
MAX_NUMBER_TEXT = 1_100
# Beyond 2**53 a float no longer counts one by one: 1e300 is not an integer anybody wrote.
MAX_WHOLE = 2**53


class ValueProblem(ValueError):  # noqa: N818 -- what is wrong with a value, told beside its field
    """A value that cannot be stored: what is wrong, and what would work."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message, self.hint = message, hint


class ValueType(ABC):
    """One type of value.

    Write `read` (text a person typed, already trimmed) and `restore` (text this type has written).
    """

    name: str
    icon: str
    operators: tuple[str, ...]

    @property
    def label(self) -> str:
        return self.name

    @abstractmethod
    def read(self, text: str) -> Value:
        """Return the value that `text` says; raise ValueProblem when it says none of this type."""

    @abstractmethod
    def restore(self, text: str) -> Value:
        """Return the value whose `.text` this is."""


class StringType(ValueType):
    name, icon = "string", "type-string"
    operators = (":", "!=")

    def read(self, text: str) -> Value:
        return Value(self, checked_string(text))

    def restore(self, text: str) -> Value:
        return Value(self, text)


class NumberType(ValueType):
    name, icon = "number", "type-number"
    operators = (":", "!=", ">", ">=", "<", "<=", "..")

    def read(self, text: str) -> Value:
        number = parse_number(text)
        if number is None:
            raise ValueProblem(
                f"“{shortened(text)}” is not a number that can be kept exactly.",
                "72.5, -2 or 1e5 would work; as a string it is kept as typed.",
            )
        return Value(self, number)

    def restore(self, text: str) -> Value:
        return Value(self, _whole(float(text)))


class BooleanType(ValueType):
    name, icon = "boolean", "type-boolean"
    operators = (":", "!=")

    def read(self, text: str) -> Value:
        match text.lower():
            case "true":
                return Value(self, True)  # noqa: FBT003 -- the value itself
            case "false":
                return Value(self, False)  # noqa: FBT003
            case _:
                raise ValueProblem(
                    f"“{shortened(text)}” is not a boolean.", "true or false would work."
                )

    def restore(self, text: str) -> Value:
        return self.read(text)


class Value(NamedTuple):
    """A typed value. Equal means same type and same value: 95 equals 95.0; true is not 1."""

    type: ValueType
    value: Scalar

    @property
    def text(self) -> str:
        """How the value is written: in the dictionary, the history and on the page."""
        match self.value:
            case bool():
                return "true" if self.value else "false"
            case str():
                return self.value
            case _:
                return repr(self.value)

    @property
    def json(self) -> Scalar:
        return self.value

    @property
    def number(self) -> float | None:
        """The number as it is stored; None for strings and booleans, which the dictionary keeps."""
        return float(self.value) if self.type is NUMBER else None


STRING = StringType()
NUMBER = NumberType()
BOOLEAN = BooleanType()
TYPES: dict[str, ValueType] = {each.name: each for each in (STRING, NUMBER, BOOLEAN)}


def parse_number(text: str) -> int | float | None:
    """Return the number a text says, or None where a number would read differently.

    `007`, `+5`, `1_000`, `0x1F`, `5.`, `1e400`, 9007199254740993 and pi to 21 digits stay text.
    """
    if len(text) > MAX_NUMBER_TEXT or not _NUMBER.fullmatch(text):
        return None
    number = float(text)
    if math.isinf(number) or Decimal(repr(number)) != Decimal(text):
        return None
    return _whole(number)


def _whole(number: float) -> int | float:
    """Integers stay integers, as far as a float counts them one by one; -0 is 0."""
    return int(number) if number.is_integer() and abs(number) <= MAX_WHOLE else number


def parse_typed(text: str, override: str = "") -> Value:
    """Return the value of what a person typed; `override` names the type they chose instead.

    Exactly one pair of outer double quotes forces a string and is stripped. Raises ValueProblem.
    """
    text = text.strip()
    if not text:
        raise ValueProblem("A value is needed.", "To have none, remove the key.")
    if override:
        return TYPES[override].read(text)
    if len(text) >= 2 and text[0] == text[-1] == '"':  # noqa: PLR2004 -- a pair
        return STRING.read(text[1:-1])
    if text.lower() in {"true", "false"}:
        return BOOLEAN.read(text)
    number = parse_number(text)
    return STRING.read(text) if number is None else Value(NUMBER, number)


def reads_differently(text: str, value: Value) -> bool:
    """Whether the value will be shown other than typed: `1.10` becomes the number 1.1."""
    return text.strip() != value.text


def from_json(raw: object) -> Value:
    """Return the value of a JSON scalar, whose type is the value's. Raises ValueProblem."""
    match raw:
        case bool():
            return Value(BOOLEAN, raw)
        case str():
            return Value(STRING, checked_string(raw))
        case int() | float():
            return Value(NUMBER, _exact(raw))
        case _:
            raise ValueProblem("This is no value.", "A string, a number, true or false would work.")


def _exact(raw: float) -> int | float:
    try:
        number = float(raw)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number) or number != raw:
        raise ValueProblem(
            "This number cannot be kept exactly.", "Send it as a string to keep every digit."
        )
    return _whole(number)


def from_stored(type_name: str, text: str) -> Value:
    """Return the value whose type and `.text` these are."""
    return TYPES[type_name].restore(text)


def from_number(number: float) -> Value:
    # An int passes for a float, but lacks its methods before Python 3.12.
    return Value(NUMBER, _whole(float(number)))


def checked_string(text: str) -> str:
    """Return the text if it may be stored: at most 4,096 characters, no NUL, no lone surrogate."""
    if not text:
        raise ValueProblem("A value is needed.", "To have none, remove the key.")
    if len(text) > MAX_STRING:
        raise ValueProblem(
            f"This text has {len(text):,} characters.", f"At most {MAX_STRING:,} are kept."
        )
    if "\0" in text:
        raise ValueProblem("This text holds a NUL character.", "Take it out.")
    if not text.isprintable() and any("\ud800" <= c <= "\udfff" for c in text):
        raise ValueProblem("This text holds half of a character.", "Send it as valid Unicode.")
    return text


def shortened(text: str, length: int = 40) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
