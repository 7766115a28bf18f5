"""Tokens into a tree.

    query = or ;  or = and { "OR" and } ;  and = unary { ["AND"] unary }
    unary = ("NOT" | "-") unary | "(" or ")" | filter | text

`sort:` may stand anywhere outside brackets; it is no part of the tree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from assetlib.search.language.errors import QueryError, Span
from assetlib.search.language.filters import read_filter, read_sort
from assetlib.search.language.lexer import FilterToken, Mark, TextToken, Token, tokens
from assetlib.search.language.tree import And, Everything, Node, Not, Or, Query, Sort, Text

MAX_LENGTH = 20_000
MAX_DEPTH = 20
MAX_FILTERS = 200
# Short queries that were read of late are remembered: a page asks for its own twenty times over,
# to run it, and for each chip, order and column. Trees never change, so they may be shared.
SHORT, REMEMBERED = 500, 256


def parse(text: str) -> Query:
    """Return what the text says. Raises QueryError with the span and what would work."""
    if len(text) > MAX_LENGTH:
        raise QueryError(
            f"This query has {len(text):,} characters; {MAX_LENGTH:,} are read.",
            (MAX_LENGTH, len(text)),
            "A list, as in key:[a, b, c], says much in little.",
        )
    return _read_short(text) if len(text) <= SHORT else _read(text)


def _read(text: str) -> Query:
    return _Parser(text).query()


_read_short = lru_cache(REMEMBERED)(_read)


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _counted(tokens(text))
        self.at = 0
        self.depth = 0
        self.negated = 0
        self.sort: Sort | None = None

    def query(self) -> Query:
        if not self.tokens:
            return Query(Everything((0, len(self.text))), text=self.text)
        node = self._or()
        if self._mark() == ")":
            raise QueryError(
                "This bracket closes nothing.",
                self.tokens[self.at].span,
                'Take it out; for the character itself write ")".',
            )
        return Query(node, self.sort, self.text)

    def _mark(self) -> str:
        """Return the kind of mark one stands before; empty for anything else and at the end."""
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        return token.kind if isinstance(token, Mark) else ""

    def _or(self) -> Node:
        items = [self._and()]
        while self._mark() == "OR":
            at = self.tokens[self.at].span
            self.at += 1
            if items[-1] is None or self._stands_before_nothing():
                raise _dangling("OR", at)
            items.append(self._and())
            if items[-1] is None:
                raise _dangling("OR", at)
        found = [item for item in items if item is not None]
        if not found:
            return Everything((0, len(self.text)))
        return found[0] if len(found) == 1 else Or(tuple(found), _around(found))

    def _and(self) -> Node | None:
        """Return what stands up to the next OR; None when that is `sort:` and nothing else."""
        items: list[Node] = []
        first = self.at
        while self.at < len(self.tokens) and (mark := self._mark()) not in {"OR", ")"}:
            if mark == "AND":
                at = self.tokens[self.at].span
                self.at += 1
                if self.at == first + 1 or self._stands_before_nothing():
                    raise _dangling("AND", at)
            item = self._unary()
            if item is not None:
                items.append(item)
        if self.at == first:
            self._refuse_nothing()
        if not items:
            return None
        return items[0] if len(items) == 1 else And(tuple(items), _around(items))

    def _stands_before_nothing(self) -> bool:
        return self.at == len(self.tokens) or self._mark() in {"AND", "OR", ")"}

    def _refuse_nothing(self) -> None:
        at = self.tokens[self.at].span
        if self._mark() == "OR":
            raise _dangling("OR", at)
        raise QueryError(
            "This bracket closes nothing.", at, 'Take it out; for the character itself write ")".'
        )

    def _unary(self) -> Node | None:
        match self.tokens[self.at]:
            case Mark("NOT" | "-" as kind, span):
                return self._not(kind, span)
            case Mark("(", span):
                return self._group(span)
            case Mark(kind, span):
                raise _dangling(kind, span)
            case FilterToken(name="sort") as token:
                self.at += 1
                self._take_sort(token)
                return None
            case FilterToken() as token:
                self.at += 1
                return read_filter(token)
            case TextToken() as token:
                self.at += 1
                return _text(token)

    def _not(self, kind: str, span: Span) -> Node:
        self.at += 1
        if self._stands_before_nothing():
            raise _dangling(kind, span)
        self._deeper(span)
        self.negated += 1
        item = self._unary()
        self.negated -= 1
        self.depth -= 1
        assert item is not None  # noqa: S101 -- only `sort:` is no node, and negated it is refused
        return Not(item, (span[0], item.span[1]))

    def _group(self, span: Span) -> Node:
        self.at += 1
        if self._mark() == ")":
            raise QueryError(
                "These brackets hold nothing.",
                (span[0], self.tokens[self.at].span[1]),
                "Put a filter between them, or take them out.",
            )
        self._deeper(span)
        if self.at == len(self.tokens):
            raise _open_bracket(span)
        node = self._or()
        if self._mark() != ")":
            raise _open_bracket(span)
        end = self.tokens[self.at].span[1]
        self.at += 1
        self.depth -= 1
        return replace(node, span=(span[0], end))

    def _deeper(self, span: Span) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise QueryError(
                f"This query nests deeper than {MAX_DEPTH} levels.",
                span,
                "Take out brackets that change nothing.",
            )

    def _take_sort(self, token: FilterToken) -> None:
        if self.negated:
            raise QueryError(
                "An order is not negated.", token.span, "For the other way round write sort:-…"
            )
        if self.depth:
            raise QueryError(
                "“sort:” stands inside brackets.", token.span, "Write it at the end of the query."
            )
        if self.sort is not None:
            raise QueryError("“sort:” stands here twice.", token.span, "Take one of the two out.")
        self.sort = read_sort(token)


def _counted(found: Iterator[Token]) -> list[Token]:
    """Return the tokens; stop at a filter too many, however much text follows."""
    read: list[Token] = []
    filters = 0
    for token in found:
        read.append(token)
        match token:
            case Mark() | FilterToken(name="sort"):
                continue
        filters += 1
        if filters > MAX_FILTERS:
            raise QueryError(
                f"This query has more than {MAX_FILTERS} filters.",
                token.span,
                "For many values of one key write key:[a, b, c].",
            )
    return read


def _text(token: TextToken) -> Node:
    if token.text == "*" and not token.quoted:
        return Everything(token.span)
    if not token.text:
        raise QueryError(
            "These quotes hold nothing.", token.span, "Put the text to look for between them."
        )
    return Text(token.text, token.span)


def _around(items: list[Node]) -> Span:
    return items[0].span[0], items[-1].span[1]


def _open_bracket(span: Span) -> QueryError:
    return QueryError("This bracket is not closed.", span, "Close it with “)”.")


def _dangling(kind: str, span: Span) -> QueryError:
    hints = {
        "AND": "“AND” stands between two filters.",
        "OR": "“OR” stands between two filters.",
        "NOT": "“NOT” stands before a filter.",
        "-": "“-” stands right before a filter.",
        ")": "Take the bracket out, or open it.",
    }
    return QueryError(
        f"“{kind}” has nothing to work on.",
        span,
        f'{hints[kind]} For the word itself write "{kind}".',
    )
