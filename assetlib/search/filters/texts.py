"""Compare normalised texts with what a filter asks of a name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assetlib.search.language.tree import Condition, Differs, Equals, Matches, OneOf
from metadata.values import normalise

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
