"""A query that cannot be read, with all that a page needs to say so."""

from __future__ import annotations

from typing import TypeAlias

# Start and end in the text as it was typed, in characters.
Span: TypeAlias = tuple[int, int]


class QueryError(Exception):
    """`span` is what is wrong, `hint` says what would work."""

    def __init__(self, message: str, span: Span, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.span = span
        self.hint = hint
