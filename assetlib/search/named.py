"""What a query names: the library is asked for all of it at once, before it is asked for each."""

from __future__ import annotations

from collections.abc import Iterator

from assetlib.columns.form import normalise
from assetlib.search.evaluate import Leaf
from assetlib.search.language.operands import Scalar
from assetlib.search.language.tree import (
    And,
    Condition,
    Differs,
    Equals,
    Everything,
    FieldFilter,
    Has,
    KeyFilter,
    Node,
    Not,
    OneOf,
    Or,
    OriginOf,
    Query,
    TypeOf,
)
from assetlib.search.source import Source
from metadata.models import Key


def know_what_is_named(query: Query, source: Source) -> None:
    """Read the keys, the values and the tags of the query: one question for each kind."""
    source.know_keys(_keys_of(query))
    source.know_values(_values_of(query, source))
    source.know_tags(_tags_of(query))


def leaves(node: Node) -> Iterator[Leaf]:
    match node:
        case And(items) | Or(items):
            for item in items:
                yield from leaves(item)
        case Not(item):
            yield from leaves(item)
        case Everything():
            return
        case _:
            yield node


def _keys_of(query: Query) -> Iterator[str]:
    for leaf in leaves(query.node):
        match leaf:
            case KeyFilter(key=name) | Has(key=name) | TypeOf(key=name) | OriginOf(key=name):
                yield name
            case _:
                continue
    if query.sort is not None and query.sort.is_key:
        yield query.sort.name


def names_in(condition: Condition) -> list[Scalar]:
    """Return the operands that a condition compares for equality."""
    match condition:
        case Equals(operand):
            return [operand]
        case OneOf(operands):
            return list(operands)
        case Differs(inner):
            return names_in(inner)
        case _:
            return []


def _values_of(query: Query, source: Source) -> Iterator[tuple[Key, str]]:
    for leaf in leaves(query.node):
        if isinstance(leaf, KeyFilter) and (key := source.key(leaf.key)) is not None:
            yield from ((key, operand.text) for operand in names_in(leaf.condition))


def _tags_of(query: Query) -> Iterator[str]:
    for leaf in leaves(query.node):
        if isinstance(leaf, FieldFilter) and leaf.name == "tag":
            yield from (normalise(operand.text) for operand in names_in(leaf.condition))
