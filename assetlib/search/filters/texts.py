"""Compare normalised texts with what a filter asks of a name, one by one or a column at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from assetlib.columns.codec import Array
from assetlib.columns.form import normalise
from assetlib.columns.texts import Block, Choice, chosen_by
from assetlib.search.language.tree import Condition, Differs, Equals, Matches, OneOf

# Asked of a normalised text.
TextTest = Callable[[str], bool]


def text_test(condition: Condition) -> TextTest:
    """Return the question that the condition asks of one name."""
    match condition:
        case Equals(operand):
            wanted = normalise(operand.text)
            return lambda norm: norm == wanted
        case OneOf(operands):
            any_of = frozenset(normalise(operand.text) for operand in operands)
            return lambda norm: norm in any_of
        case Matches(pattern):
            pieces = tuple(map(normalise, pattern.parts))
            return lambda norm: fits(pieces, norm)
        case Differs(inner):
            test = text_test(inner)
            return lambda norm: not test(norm)
        case _:
            raise TypeError(f"A name cannot be asked for {condition}.")


def exact_names(condition: Condition) -> list[str] | None:
    """Return the norms a condition asks for when it asks for whole names, else None."""
    match condition:
        case Equals(operand):
            return [normalise(operand.text)]
        case OneOf(operands):
            return [normalise(operand.text) for operand in operands]
        case _:
            return None


def choice_of(condition: Condition) -> Choice:
    """Return which texts of a column meet the condition."""
    names = exact_names(condition)
    if names is not None:
        encoded = [_encoded(name) for name in names]
        return lambda block: _equal(block, encoded)
    match condition:
        case Matches(pattern):
            return _fitting([normalise(part) for part in pattern.parts])
        case Differs(inner):
            choose = choice_of(inner)
            return lambda block: np.delete(np.arange(block.count), choose(block))
        case _:
            raise TypeError(f"A name cannot be asked for {condition}.")


def _equal(block: Block, texts: Sequence[bytes]) -> Array:
    # Nothing lies between a text and the same with NUL behind it.
    slices = [block.between(text, text + b"\0") for text in texts]
    return np.concatenate([np.arange(each.start, each.stop) for each in slices])


def _fitting(pieces: Sequence[str]) -> Choice:
    first, *middle, last = pieces
    encoded = _encoded(first)
    if not last and not middle:
        return lambda block: block.beginning(encoded)
    longest = _encoded(max(pieces, key=len))
    if not longest:
        return lambda _: slice(None)
    if not first and not last and len(middle) == 1:
        return lambda block: block.containing(longest)
    return chosen_by(lambda norm: fits(pieces, norm), lambda block: block.containing(longest))


def _encoded(text: str) -> bytes:
    # Half a character is in no text; as bytes it is nothing that is in one either.
    return text.encode(errors="surrogatepass")


def fits(pieces: Sequence[str], norm: str) -> bool:
    """Whether the text is the pieces in turn with anything between them.

    The pieces are what stands between the stars of a pattern, normalised. Each is looked for once,
    from where the last one ended, so the time is linear whatever the pattern.
    """
    first, *middle, last = pieces
    if not norm.startswith(first):
        return False
    place = len(first)
    for piece in middle:
        found = norm.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    return norm.endswith(last) and len(norm) - len(last) >= place
