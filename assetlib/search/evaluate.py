"""node → mask: which images a query's tree matches.

Each filter is a boolean column, and AND, OR, NOT are what numpy makes of columns. Nothing here
reads a table: the `Source` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from assetlib.search.filters import boxes, images, labels
from assetlib.search.filters.entries import entry_mask, type_mask
from assetlib.search.filters.fields import field_mask, in_none
from assetlib.search.filters.labels import Scope
from assetlib.search.filters.moments import Clock
from assetlib.search.filters.texts import text_test
from assetlib.search.language.tree import (
    And,
    ClassCount,
    Differs,
    Everything,
    FieldFilter,
    Has,
    KeyFilter,
    Node,
    Not,
    Or,
    OriginOf,
    Text,
    TypeOf,
)
from assetlib.search.source import Mask, Source, both, either


def matching(node: Node, source: Source, clock: Clock) -> Mask:
    """Return the images outside the trash that the tree matches."""
    return source.alive() & Evaluator(source, clock).mask(node)


@dataclass(frozen=True, slots=True)
class Evaluator:
    """`scope`: the projects named in the AND group, of which `split:` and `batch:` speak there."""

    source: Source
    clock: Clock
    scope: Scope = None
    # By filter and scope: the explanation asks for the same filters in many queries.
    known: dict[tuple[Node, Scope], Mask] = field(default_factory=dict)

    def mask(self, node: Node) -> Mask:
        match node:
            case Everything():
                return self.source.everything()
            case And():
                return self._all(together(node))
            case Or(items):
                return either(self.mask(item) for item in items)
            case Not(item):
                return ~self.mask(item)
            case _:
                if (node, self.scope) not in self.known:
                    self.known[node, self.scope] = self._leaf(node)
                return self.known[node, self.scope]

    def _all(self, items: Sequence[Node]) -> Mask:
        named = [scope for item in items if (scope := self._named(item)) is not None]
        inner = replace(self, scope=frozenset().union(*named)) if named else self
        return both(inner.mask(item) for item in items)

    def _named(self, node: Node) -> Scope:
        if not isinstance(node, FieldFilter) or node.name != "project":
            return None
        if in_none(node.condition) or isinstance(node.condition, Differs):
            return None
        projects = labels.projects_like(self.source, text_test(node.condition))
        return frozenset(project.pk for project in projects)

    def _leaf(self, node: Leaf) -> Mask:
        match node:
            case Text(text):
                return images.saying(self.source, text)
            case FieldFilter():
                return field_mask(self.source, node, self.clock, self.scope)
            case Has():
                mask = self._having(node)
                return mask if node.present else ~mask
            case KeyFilter(name) | TypeOf(name):
                return self._of_key(name, node)
            case OriginOf(origin, key):
                return self._of_key(key, node) if key else self.source.with_origin(origin)
            case ClassCount():
                return boxes.with_boxes_of(self.source, node)

    def _having(self, node: Has) -> Mask:
        match node.subject:
            case "metadata":
                return self.source.with_metadata()
            case "tag":
                return self.source.tag_lists().present
            case "key":
                return self._of_key(node.key, node)

    def _of_key(self, name: str, node: Has | KeyFilter | TypeOf | OriginOf) -> Mask:
        key = self.source.key(name)
        if key is None:
            return self.source.nothing()
        match node:
            case KeyFilter():
                return entry_mask(self.source, key, node.condition)
            case TypeOf():
                return type_mask(self.source, key, node.type)
            case OriginOf():
                return self.source.with_origin(node.origin, key)
            case Has():
                return self.source.having(key)


Leaf = Text | FieldFilter | Has | KeyFilter | TypeOf | OriginOf | ClassCount


def together(node: And) -> list[Node]:
    """Return what an AND group holds, those of groups within it among them."""
    items: list[Node] = []
    for item in node.items:
        items += together(item) if isinstance(item, And) else [item]
    return items
