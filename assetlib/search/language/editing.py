"""Change a query's text at the tree, and leave the rest as it was typed.

Chips, facets, slices and links edit by these alone. Each takes and returns text; each raises
QueryError when the text cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from assetlib.search.language.errors import Span
from assetlib.search.language.lexer import Mark, Token, tokens
from assetlib.search.language.operands import Date
from assetlib.search.language.parser import parse
from assetlib.search.language.printer import print_node, print_sort
from assetlib.search.language.tree import (
    And,
    ClassCount,
    Compares,
    During,
    Equals,
    Everything,
    FieldFilter,
    Has,
    KeyFilter,
    Node,
    Not,
    Or,
    Query,
    Sort,
    Within,
)


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter of the query's top level: as typed, and the query without and with it negated."""

    text: str
    negated: bool
    span: Span
    without: str
    flipped: str


def chips(text: str) -> list[Chip]:
    """Return a chip for each top-level filter; alternatives (OR) are one chip together."""
    query = parse(text)
    spans = [part.span for part in _parts(query)]
    if isinstance(query.node, Or) and query.sort:
        # The order may stand amid the alternatives, and belongs to none of them.
        text = _spaced(_body(text, query), _sort_text(text, query))
        query = parse(text)
    found = [*tokens(text)]
    return [
        Chip(
            text=_inner(text, part),
            negated=isinstance(part, Not),
            span=span,
            without=_without(text, found, [part.span]),
            flipped=_flipped(text, part),
        )
        for part, span in zip(_parts(query), spans, strict=True)
    ]


class Editing:
    """A query that is read once, for many edits of it. `text` is what it was made from."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._query = parse(text)
        self._tokens = [*tokens(text)]
        self._parts = _parts(self._query)

    @cached_property
    def _beginning(self) -> str:
        """What a further filter is put behind."""
        if isinstance(self._query.node, Everything):
            return ""
        body = _body(self.text, self._query)
        return _bracketed(body, self._query.node) if isinstance(self._query.node, Or) else body

    def has(self, filter_text: str) -> bool:
        """Whether the query's top level has the filter, however it is spelled."""
        return parse(filter_text).node in {self._query.node, *self._parts}

    def left_out(self, name: str) -> list[str]:
        """Return the filters on single values of the key or field that are negated, as typed."""
        return [
            self.text[slice(*part.item.span)]
            for part in self._parts
            if isinstance(part, Not) and _names_one(part.item, name)
        ]

    def names(self) -> set[str]:
        """Return the keys and fields that filters of the top level are of, negated ones too."""
        return {name for part in self._parts if (name := _name(part))}

    def put(self, filter_text: str) -> str:
        """Return the query with one more filter, which it does not have yet."""
        added = parse(filter_text)
        addition = _body(filter_text, added)
        return self.put_term(_bracketed(addition, added.node) if self._beginning else addition)

    def put_term(self, term: str) -> str:
        """Return the query with a further term, or several that all are to hold."""
        return _spaced(_spaced(self._beginning, term), _sort_text(self.text, self._query))

    def ranges(self, name: str, *, is_key: bool) -> list[KeyFilter | FieldFilter]:
        """Return the comparisons and ranges that the top level has of the key or field."""
        found: list[KeyFilter | FieldFilter] = []
        for part in self._parts:
            match part:
                case KeyFilter(said, Compares() | Within()) if is_key and said == name:
                    found.append(part)
                case FieldFilter(said, Compares() | Within() | During()) if (
                    not is_key and said == name
                ):
                    found.append(part)
        return found

    def bounds(self, name: str, *, is_key: bool, below: bool) -> list[str]:
        """Return what bounds the key or field below, or else above: of a range that end alone."""
        found = []
        for part in self.ranges(name, is_key=is_key):
            match part.condition:
                case Compares(order):
                    if (order[0] == ">") == below:
                        found.append(self.text[slice(*part.span)])
                case Within(low, high) if (low if below else high) is not None:
                    end = Within(low, None) if below else Within(None, high)
                    found.append(print_node(replace(part, condition=end)))
                case During(Date() as during):
                    end = Within(during, None) if below else Within(None, during)
                    found.append(print_node(replace(part, condition=end)))
        return found

    def without_ranges(self, name: str, *, is_key: bool) -> Editing:
        """Return the query without the comparisons and ranges it has of the key or field."""
        spans = [part.span for part in self.ranges(name, is_key=is_key)]
        return Editing(_without(self.text, self._tokens, spans)) if spans else self

    def cut(self, filter_text: str) -> str:
        """Return the query without the filter; unchanged when it lacks it."""
        wanted = parse(filter_text).node
        if isinstance(wanted, Everything):
            return self.text
        if self._query.node == wanted:
            return _sort_text(self.text, self._query)
        spans = [part.span for part in self._parts if part == wanted]
        return _without(self.text, self._tokens, spans) if spans else self.text


def _name(part: Node) -> str:
    match part:
        case Not(item) | And((item, *_)):
            return _name(item)
        case FieldFilter("min-annotations"):
            # The facet of classes finds by it the images that have none.
            return "class"
        case KeyFilter(name) | FieldFilter(name):
            return name
        case Has(subject, key):
            return key or subject
        case ClassCount():
            return "class"
        case _:
            return ""


def _names_one(part: Node, name: str) -> bool:
    match part:
        case KeyFilter(key, Equals()) | FieldFilter(key, Equals()):
            return key == name
        case ClassCount():
            return name == "class"
        case _:
            return False


def with_filter(text: str, filter_text: str) -> str:
    """Return the query with the filter in it as well; unchanged when it is there already."""
    editing = Editing(text)
    if isinstance(parse(filter_text).node, Everything) or editing.has(filter_text):
        return text
    return editing.put(filter_text)


def without_filter(text: str, filter_text: str) -> str:
    """Return the query without the filter, however it is spelled; unchanged when it lacks it."""
    return Editing(text).cut(filter_text)


def toggle(text: str, filter_text: str) -> str:
    """Return the query without the filter when it is there, and with it when it is not."""
    without = without_filter(text, filter_text)
    return without if without != text else with_filter(text, filter_text)


def with_sort(text: str, sort: Sort | None) -> str:
    """Return the query in another order; None is the default one."""
    return _spaced(_body(text, parse(text)), print_sort(sort) if sort else "")


def _parts(query: Query) -> tuple[Node, ...]:
    match query.node:
        case Everything():
            return ()
        case And(items) as node if _is_bare(node):
            return items
        case node:
            return (node,)


def _is_bare(node: And | Or) -> bool:
    """Whether it stands without brackets around all of it."""
    return node.span[0] == node.items[0].span[0]


def _body(text: str, query: Query) -> str:
    """Return the text without its order."""
    return _without(text, [*tokens(text)], [query.sort.span]) if query.sort else text.strip()


def _sort_text(text: str, query: Query) -> str:
    return text[slice(*query.sort.span)] if query.sort else ""


def _without(text: str, found: list[Token], spans: Iterable[Span]) -> str:
    """Return the text with terms cut out, each with an AND that joined it.

    `found` are its tokens. The cuts go from right to left, so that what is still to be cut stands
    where it stood; the AND behind a term goes first, so that none is left behind a cut.
    """
    for start, end in sorted(spans, reverse=True):
        before = [token for token in found if token.span[0] < start]
        after = [token for token in found if token.span[0] >= end][:1]
        match before[-1:], after:
            case _, [Mark("AND", joint)]:
                cut = start, joint[1]
            case [Mark("AND", joint)], _:
                cut = joint[0], end
            case _:
                cut = start, end
        text = _spaced(text[: cut[0]].rstrip(), text[cut[1] :].lstrip())
        found = [token for token in before if token.span[0] < cut[0]]
    return text.strip()


def _inner(text: str, part: Node) -> str:
    return text[slice(*(part.item.span if isinstance(part, Not) else part.span))]


def _flipped(text: str, part: Node) -> str:
    start, end = part.span
    inner = _inner(text, part)
    if isinstance(part, Not):
        flipped = inner
    else:
        # Two minus signs side by side are refused, so the word “-” takes the other sign.
        flipped = "NOT -" if inner == "-" else f"-{_bracketed(inner, part)}"
    return _spaced(_spaced(text[:start].lstrip(), flipped), text[end:].rstrip())


def _bracketed(text: str, node: Node) -> str:
    """Return the text of one term, in brackets when its parts would mix with what is beside it."""
    return f"({text})" if isinstance(node, And | Or) and _is_bare(node) else text


def _spaced(left: str, right: str) -> str:
    """Return both, with space between them; by a sign two, lest a word before it be its name."""
    if not left.strip() or not right.strip():
        return (left + right).strip()
    gap = left[len(left.rstrip()) :] + right[: -len(right.lstrip())]
    gap = gap or " "
    if gap == " " and right.lstrip()[0] in "<>=!":
        gap = "  "
    return f"{left.rstrip()}{gap}{right.lstrip()}"
