"""Text into tokens: brackets, the words AND, OR and NOT, a minus, filters and bare text.

A filter is one token, for where its value ends depends on where it began: after the first operator
everything up to a space is value, a balanced (…) without spaces included. Spans are in the text as
typed; the text is read once, left to right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeAlias

from assetlib.search.language.errors import QueryError, Span
from assetlib.search.language.names import NAMES, UNANSWERED

QUOTES = '"“”'
HYPHENED = "|".join(sorted((name for name in {*NAMES, *UNANSWERED} if "-" in name), reverse=True))
SIGNS = ">=|<=|!=|>|<|="
FILTER = re.compile(
    rf"(?P<name>(?:{HYPHENED})(?=[:<>=! ])|[A-Za-z0-9_][A-Za-z0-9_.]*)"
    rf"(?P<op>:(?:{SIGNS})?| ?(?:{SIGNS}) ?)"
)
# Roboflow's second form of a metadata filter, metadata:key=value.
SECOND_FORM = re.compile(rf"metadata:(?P<name>[A-Za-z0-9_][A-Za-z0-9_.]*)(?P<op>{SIGNS}|:)")
# The name of a class, and how many of it.
COUNT = re.compile(r"(?P<sign>>=|<=|>|<|=)(?P<count>[0-9]{1,9})")
CLASS_AND_COUNT = re.compile(rf"(?P<name>.*?){COUNT.pattern}", re.DOTALL)
OPERATOR = re.compile(r"(AND|OR|NOT)(?=[\s()]|\Z)")
SPACE = re.compile(r"\s+")
# What was meant as a value, in `key: value`; a long one is not repeated.
AFTER_SPACE = re.compile(r"\s+(?P<value>\"[^\"]{1,40}\"|[^\s\"“”()]{1,40}(?![^\s()]))")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a value, quoted (text without its quotes and escapes) or bare."""

    text: str
    quoted: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Run:
    """A value that is no list: its pieces, side by side."""

    pieces: tuple[Piece, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Items:
    """A list of values."""

    pieces: tuple[Piece, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Mark:
    """A bracket, an operator word or a minus."""

    kind: Literal["(", ")", "AND", "OR", "NOT", "-"]
    span: Span


@dataclass(frozen=True, slots=True)
class FilterToken:
    name: str
    op: str
    value: Run | Items
    span: Span


@dataclass(frozen=True, slots=True)
class TextToken:
    text: str
    quoted: bool
    span: Span


Token: TypeAlias = Mark | FilterToken | TextToken


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a query; raise QueryError where it cannot be read."""
    return Lexer(text).tokens()


class Lexer:
    """Reads one text. `at` is where it stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.closing = brackets_in_words(text)

    def tokens(self) -> Iterator[Token]:
        while True:
            if space := SPACE.match(self.text, self.at):
                self.at = space.end()
            if self.at == len(self.text):
                return
            yield self._next()

    def _next(self) -> Token:
        start, character = self.at, self.text[self.at]
        if character in "()":
            self.at += 1
            return Mark("(" if character == "(" else ")", (start, self.at))
        if found := OPERATOR.match(self.text, start):
            self.at = found.end()
            word = found[1]
            return Mark("AND" if word == "AND" else "OR" if word == "OR" else "NOT", found.span())
        if character == "-" and self._negates():
            self.at += 1
            return Mark("-", (start, self.at))
        if found := FILTER.match(self.text, start):
            return self._filter(found)
        return self._bare()

    def _negates(self) -> bool:
        after = self.text[self.at + 1 : self.at + 2]
        if after == "-":
            raise QueryError(
                "Two minus signs say nothing more than one.",
                (self.at, self.at + 2),
                "Write one “-” to leave images out.",
            )
        return bool(after) and not after.isspace() and after != ")"

    def _filter(self, found: re.Match[str]) -> FilterToken:
        second = SECOND_FORM.match(self.text, found.start())
        found = second or found
        self.at = found.end()
        name, op = found["name"], found["op"].strip()
        value = self._value(name, op)
        return FilterToken(
            f"metadata.{name}" if second else name, op, value, (found.start(), self.at)
        )

    def _value(self, name: str, op: str) -> Run | Items:
        rest = self.text[self.at : self.at + 1]
        if not rest or rest.isspace() or rest == ")":
            raise self._without_value(name, op)
        if rest == "[" and op in {":", "=", ":=", "!=", ":!="}:
            return self._list()
        if rest == "(" and self._ends_word(self.at):
            raise QueryError(
                f"The value of “{name}” begins with a bracket that is not closed before a space.",
                (self.at, self.at + 1),
                f'For one of several values write {name}:[a, b]; for the text itself {name}:"(…)".',
            )
        return self._run(name)

    def _without_value(self, name: str, op: str) -> QueryError:
        if (after := AFTER_SPACE.match(self.text, self.at)) and not OPERATOR.match(after["value"]):
            hint = f"Write {name}{op}{after['value']} without the space."
        elif name in NAMES:
            hint = f"Write a value right behind it, as in {NAMES[name].example}."
        else:
            hint = f"Write a value right behind it, as in {name}{op}1, or has:{name}."
        end = len(self.text[: self.at].rstrip())
        return QueryError(f"“{name}{op}” needs a value.", (end - len(op), end), hint)

    def _run(self, name: str = "") -> Run:
        start = self.at
        pieces: list[Piece] = []
        while self.at < len(self.text):
            character = self.text[self.at]
            if character in QUOTES:
                pieces.append(self._quoted())
            elif self._ends_word(self.at):
                break
            else:
                pieces.append(self._word())
        for left, right in pairwise(pieces):
            counted = name == "class" and left.quoted and COUNT.fullmatch(right.text)
            # Only a filter has patterns; in bare text a star is a star.
            if not counted and not (name and _may_touch(left, right)):
                raise QueryError(
                    "Quoted text stands right beside other text.",
                    (left.span[0], right.span[1]),
                    "Put a space between them, or all of it in one pair of quotes.",
                )
        return Run(tuple(pieces), (start, self.at))

    def _ends_word(self, at: int) -> bool:
        character = self.text[at]
        if character == "(":
            return at not in self.closing
        return character == ")" or character.isspace()

    def _word(self) -> Piece:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in QUOTES:
            if self._ends_word(self.at):
                break
            self.at = self.closing.get(self.at, self.at) + 1
        return Piece(self.text[start : self.at], False, (start, self.at))  # noqa: FBT003 -- bare

    def _quoted(self) -> Piece:
        """Read quoted text. In straight quotes the curly ones are text, so anything can be said."""
        start, opening = self.at, self.text[self.at]
        closing = opening if opening == '"' else QUOTES
        self.at += 1
        said: list[str] = []
        while self.at < len(self.text):
            character = self.text[self.at]
            if character in closing:
                self.at += 1
                return Piece("".join(said), True, (start, self.at))  # noqa: FBT003 -- quoted
            if character == "\\" and self.text[self.at + 1 : self.at + 2] in {'"', "\\"}:
                self.at += 1
                character = self.text[self.at]
            said.append(character)
            self.at += 1
        raise QueryError(
            "This quote is not closed.",
            (start, len(self.text)),
            'Close it with ". For a quote in the text itself write \\".',
        )

    def _list(self) -> Items:
        start = self.at
        self.at += 1
        items: list[Piece] = []
        while True:
            self._skip_space()
            items.append(self._item(start))
            self._skip_space()
            character = self.text[self.at : self.at + 1]
            self.at += 1
            if character == "]":
                break
            if character != ",":
                self._refuse_list(start, character)
        rest = self.text[self.at : self.at + 1]
        if rest and not rest.isspace() and rest != ")":
            raise QueryError(
                "Text stands right behind the list.",
                (start, self.at + 1),
                "Put a space behind “]”.",
            )
        return Items(tuple(items), (start, self.at))

    def _refuse_list(self, start: int, character: str) -> None:
        if not character:
            raise QueryError(
                "This list is not closed.",
                (start, len(self.text)),
                "Close it with “]”, as in [cam001, cam002].",
            )
        raise QueryError(
            "Two values of a list stand side by side.",
            (start, self.at),
            'Part values by commas; put one with spaces in quotes, as in [cam001, "cam 3"].',
        )

    def _item(self, start: int) -> Piece:
        character = self.text[self.at : self.at + 1]
        if character and character in QUOTES:
            return self._quoted()
        first = self.at
        while self.at < len(self.text) and not _ends_item(self.text[self.at]):
            self.at += 1
        if first == self.at:
            if not character:
                self._refuse_list(start, character)
            raise QueryError(
                "A value is missing in this list.",
                (start, self.at + 1),
                "Write values parted by commas, as in [cam001, cam002].",
            )
        item = self.text[first : self.at]
        if "*" in item:
            raise QueryError(
                "A list holds plain values, no patterns.",
                (first, self.at),
                f'For a star itself write "{item}"; for a pattern use OR.',
            )
        return Piece(item, False, (first, self.at))  # noqa: FBT003 -- bare

    def _skip_space(self) -> None:
        if space := SPACE.match(self.text, self.at):
            self.at = space.end()

    def _bare(self) -> TextToken:
        run = self._run()
        return TextToken(run.pieces[0].text, run.pieces[0].quoted, run.span)


def _ends_item(character: str) -> bool:
    return character.isspace() or character in QUOTES or character in ",]"


def _may_touch(left: Piece, right: Piece) -> bool:
    """Quoted text may only touch the star of a pattern."""
    if left.quoted and right.quoted:
        return False
    return right.text.startswith("*") if left.quoted else left.text.endswith("*")


def brackets_in_words(text: str) -> dict[int, int]:
    """Return where the ( that belong to words close: balanced, with no space or quote inside."""
    closing: dict[int, int] = {}
    open_: list[int] = []
    for at, character in enumerate(text):
        if character == "(":
            open_.append(at)
        elif character == ")" and open_:
            closing[open_.pop()] = at
        elif character.isspace() or character in QUOTES:
            open_.clear()
    return closing
