"""`key=value` as a person types it, read by the same rules as the library's own editor.

`95`, `-2.5` and `.5` are numbers, `true` and `false` booleans, anything else is a string; so are
identifiers such as `007`, which a number would damage. Outer double quotes force a string.
"""

from __future__ import annotations

import re
from decimal import Decimal

from assetlib.sdk._types import Value

NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|-?\.[0-9]+")
BOOLEANS = {"true": True, "false": False}
# Longer than any text that a float equals.
LONGEST_NUMBER = 1_100
QUOTES = 2


def assignment(text: str) -> tuple[str, Value]:
    """Return the key and the value. Raises ValueError with a sentence."""
    key, sign, typed = text.partition("=")
    if not sign or not key.strip():
        raise ValueError(f"“{text}” is no key=value.")
    return key.strip(), value(typed)


def value(typed: str) -> Value:
    """Return the value of what was typed. Raises ValueError when it is empty."""
    text = typed.strip()
    quoted = len(text) >= QUOTES and text[0] == text[-1] == '"'
    text = text[1:-1] if quoted else text
    if not text:
        raise ValueError("A value cannot be empty; --remove removes a key.")
    if quoted:
        return text
    if text.lower() in BOOLEANS:
        return BOOLEANS[text.lower()]
    number = _number(text)
    return text if number is None else number


def _number(text: str) -> float | None:
    if len(text) > LONGEST_NUMBER or not NUMBER.fullmatch(text):
        return None
    number = float(text)
    # What a float would alter is an identifier, and stays as it was typed; infinity alters too.
    return number if Decimal(repr(number)) == Decimal(text) else None
