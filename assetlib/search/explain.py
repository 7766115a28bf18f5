"""Why nothing was found: what each filter finds alone, and what the others find without it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from django.utils import timezone

from assetlib.accounts.models import Workspace
from assetlib.columns.snapshot import read_snapshot
from assetlib.search.evaluate import Evaluator
from assetlib.search.filters.moments import Clock
from assetlib.search.language.completion import operand_of
from assetlib.search.language.editing import chips
from assetlib.search.language.errors import QueryError, Span
from assetlib.search.language.operands import Quoted, Scalar, Word
from assetlib.search.language.parser import parse
from assetlib.search.language.printer import print_node
from assetlib.search.language.tree import Compares, Equals, KeyFilter, Matches, Node, Within
from assetlib.search.notices import closest
from assetlib.search.source import Source
from metadata.models import Key
from metadata.suggest import RANKED, suggest_values
from metadata.values import from_number, shortened

# Beyond so many filters an explanation is no longer read.
MOST = 20


@dataclass(frozen=True, slots=True)
class Part:
    """One filter of the query's top level, as typed. Counts are of images outside the trash.

    `hint` says what would find something, `suggestion` is the whole query with it, where there is
    one; both may be empty.
    """

    text: str
    span: Span
    count: int
    without: str
    without_count: int
    hint: str = ""
    suggestion: str = ""

    @property
    def empties(self) -> bool:
        """Whether something is found as soon as this filter goes."""
        return self.without_count > 0


@dataclass(frozen=True, slots=True)
class Explanation:
    """Empty for a query that cannot be read, and for one without filters."""

    parts: tuple[Part, ...] = ()


def explain(workspace: Workspace, text: str, *, now: datetime | None = None) -> Explanation:
    """Take the query apart and count what its filters find."""
    try:
        found = chips(text)[:MOST]
    except QueryError:
        return Explanation()
    with read_snapshot():
        source = Source(workspace)
        clock = Clock(now or timezone.now(), workspace.zone)
        explaining = _Explaining(text, source, Evaluator(source, clock))
        parts = [explaining.part(chip.span, chip.without) for chip in found]
    return Explanation(tuple(parts))


@dataclass(frozen=True, slots=True)
class Hint:
    message: str
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class _Explaining:
    text: str
    source: Source
    evaluator: Evaluator

    def part(self, span: Span, without: str) -> Part:
        typed = self.text[slice(*span)]
        node = parse(typed).node
        count = self._count(node)
        hint = self._hint(node, span) if not count else Hint("")
        return Part(
            typed,
            span,
            count,
            without,
            self._count(parse(without).node),
            hint.message,
            hint.suggestion,
        )

    def _count(self, node: Node) -> int:
        return int(np.count_nonzero(self.source.alive() & self.evaluator.mask(node)))

    def _hint(self, node: Node, span: Span) -> Hint:
        if not isinstance(node, KeyFilter):
            return Hint("")
        key = self.source.key(node.key)
        if key is None or not key.image_count:
            return Hint("")
        match node.condition:
            case Equals(operand):
                return self._hint_value(node, key, operand, span)
            case Matches() if not key.string_count:
                return Hint(f"A pattern finds strings. {self._types(key)}")
            case Compares() | Within() if key.number_count:
                return Hint(self._types(key))
            case _:
                return Hint("")

    def _hint_value(self, node: KeyFilter, key: Key, operand: Scalar, span: Span) -> Hint:
        word = Word(operand.text)
        if isinstance(operand, Quoted) and (word.number is not None or word.boolean is not None):
            bare = replace(node, condition=Equals(word))
            if self._count(bare):
                message = f"In quotes it is a string; without them it finds {operand.text} too."
                return Hint(message, self._put(span, bare))
        if not key.string_count:
            return Hint(self._types(key))
        known = [value.text for value in suggest_values(key, limit=RANKED)]
        if close := closest(operand.text, known):
            meant = replace(node, condition=Equals(operand_of(close)))
            return Hint(f"Did you mean “{shortened(close)}”?", self._put(span, meant))
        return Hint("")

    def _put(self, span: Span, node: Node) -> str:
        start, end = span
        meant, typed = print_node(node), self.text[start:end]
        if "metadata" not in typed:
            meant = meant.removeprefix("metadata.")
        return self.text[:start] + meant + self.text[end:]

    def _types(self, key: Key) -> str:
        """Say of what types the key is, and which operators work with them."""
        said = []
        numbers = self.source.entries(key).numbers[self.source.alive()]
        numbers = numbers[~np.isnan(numbers)]
        if numbers.size:
            low, high = from_number(numbers.min()), from_number(numbers.max())
            said.append(f"“{key.name}” is a number here, from {low.text} to {high.text}: > works.")
        if key.boolean_count:
            said.append(f"“{key.name}” is {'also ' if said else ''}true or false here.")
        return " ".join(said)
