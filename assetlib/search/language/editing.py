"""Change a query's text at the tree, and leave the rest as it was typed.

Chips, facets, slices and links edit by these alone. Each takes and returns text; each raises
QueryError when the text cannot be read.
"""

from __future__ import annotations

from dataclasses import dataclass

from assetlib.search.language.errors import Span
from assetlib.search.language.parser import parse
from assetlib.search.language.printer import print_sort
from assetlib.search.language.tree import And, Everything, Node, Not, Or, Query, Sort


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
    return [
        Chip(
            text=_inner(text, part),
            negated=isinstance(part, Not),
            span=part.span,
            without=_without(text, part.span),
            flipped=_flipped(text, part),
        )
        for part in _parts(query)
    ]


def with_filter(text: str, filter_text: str) -> str:
    """Return the query with the filter in it as well; unchanged when it is there already."""
    query = parse(text)
    wanted = parse(filter_text).node
    if any(part == wanted for part in _parts(query)):
        return text
    if isinstance(query.node, Everything):
        body = filter_text
    else:
        body = f"{_bracketed_body(text, query)} {_bracketed(filter_text, wanted)}"
    return f"{body} {_sort_text(text, query)}".strip()


def without_filter(text: str, filter_text: str) -> str:
    """Return the query without the filter, however it is spelled; unchanged when it is not there."""
    wanted = parse(filter_text).node
    for part in _parts(parse(text)):
        if part == wanted:
            return _without(text, part.span)
    return text


def toggle(text: str, filter_text: str) -> str:
    """Return the query without the filter when it is there, and with it when it is not."""
    without = without_filter(text, filter_text)
    return without if without != text else with_filter(text, filter_text)


def with_sort(text: str, sort: Sort | None) -> str:
    """Return the query in another order; None is the default one."""
    query = parse(text)
    body = _without(text, query.sort.span) if query.sort else text.strip()
    return f"{body} {print_sort(sort) if sort else ''}".strip()


def _parts(query: Query) -> tuple[Node, ...]:
    match query.node:
        case Everything():
            return ()
        case And(items) if _is_bare(query):
            return items
        case node:
            return (node,)


def _is_bare(query: Query) -> bool:
    """Whether the AND at the top stands without brackets around all of it."""
    assert isinstance(query.node, And)  # noqa: S101 -- asked of one only
    return query.node.span[0] == query.node.items[0].span[0]


def _without(text: str, span: Span) -> str:
    """Return the text with a term cut out, and the AND that joined it."""
    before, after = text[: span[0]].rstrip(), text[span[1] :].lstrip()
    if after.startswith("AND ") and not before.endswith("OR"):
        after = after.removeprefix("AND ").lstrip()
    elif before.endswith(" AND"):
        before = before.removesuffix("AND").rstrip()
    return f"{before} {after}".strip()


def _inner(text: str, part: Node) -> str:
    start, end = part.item.span if isinstance(part, Not) else part.span
    return text[start:end]


def _flipped(text: str, part: Node) -> str:
    start, end = part.span
    inner = _inner(text, part)
    if isinstance(part, Not):
        flipped = inner
    else:
        flipped = f"-({inner})" if isinstance(part, Or | And) and inner[0] != "(" else f"-{inner}"
    return f"{text[:start]}{flipped}{text[end:]}".strip()


def _bracketed_body(text: str, query: Query) -> str:
    """Return all of the text but its order, in brackets where another term would join an OR."""
    body = _without(text, query.sort.span) if query.sort else text.strip()
    return f"({body})" if isinstance(query.node, Or) and not body.startswith("(") else body


def _bracketed(text: str, node: Node) -> str:
    return f"({text})" if isinstance(node, Or | And) else text


def _sort_text(text: str, query: Query) -> str:
    return text[slice(*query.sort.span)] if query.sort else ""
