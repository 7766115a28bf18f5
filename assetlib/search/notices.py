"""What the library lacks of what a query speaks of. No error: the query runs, and this is told too.

There is no key “camra_id”. Did you mean “camera_id”?
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches

from django.db.models import QuerySet

from assetlib.annotations.models import ClassName
from assetlib.columns.form import normalise
from assetlib.search.evaluate import Leaf
from assetlib.search.filters.fields import in_none
from assetlib.search.filters.images import ALSO_CALLED
from assetlib.search.filters.texts import text_test
from assetlib.search.language.completion import operand_of
from assetlib.search.language.errors import Span
from assetlib.search.language.lexer import QUOTES
from assetlib.search.language.operands import Date, Scalar
from assetlib.search.language.printer import print_node
from assetlib.search.language.tree import (
    And,
    ClassCount,
    Compares,
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
    Sort,
    Text,
    TypeOf,
    Within,
)
from assetlib.search.source import Source, askable
from images.models import Format, Split
from metadata.models import Key

CLOSE_ENOUGH = 0.6
# Each takes milliseconds among thousands of names, and a query may have 200 wrong ones.
MOST = 20

LATER = {
    "mirror": "This library has no mirrors yet, so no image comes from one.",
    "path": "This library has no mirrors yet, so no image has a path.",
}
NO_BOXES = "This library holds no annotations yet, so no image has any."


@dataclass(frozen=True, slots=True)
class Notice:
    """`span` is in the query's text; `suggestion` is a whole query that may be meant, or empty."""

    message: str
    span: Span
    suggestion: str = ""


def notices_of(query: Query, source: Source) -> list[Notice]:
    """Return what to tell of a query, in the order of its text."""
    noticing = Noticing(query.text, source)
    notices: list[Notice] = []
    for leaf in leaves(query.node):
        if len(notices) < MOST:
            notices += noticing.of(leaf)
    if query.sort is not None:
        notices += noticing.of_sort(query.sort)
    return notices


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


def closest(word: str, known: Iterable[str]) -> str:
    """Return the known name most like the word, in any case; empty when none is like it."""
    names: dict[str, str] = {}
    for name in known:
        names.setdefault(name.casefold(), name)
    close = get_close_matches(word.casefold(), names, n=1, cutoff=CLOSE_ENOUGH)
    return names[close[0]] if close else ""


@dataclass(frozen=True, slots=True)
class Noticing:
    text: str
    source: Source

    def of(self, node: Leaf) -> Iterator[Notice]:
        match node:
            case Text():
                yield from self._of_text(node)
            case ClassCount():
                yield from self._of_class(node)
            case Has(subject="metadata" | "tag"):
                return
            case Has(key=name) | TypeOf(key=name) | OriginOf(key=name):
                if name and self._used(name) is None:
                    yield self._no_key(name, node.span)
            case KeyFilter():
                yield from self._of_key(node)
            case FieldFilter():
                yield from self._of_field(node)

    def of_sort(self, sort: Sort) -> Iterator[Notice]:
        if sort.is_key and self._used(sort.name) is None:
            yield self._no_key(sort.name, sort.span)

    def _of_text(self, node: Text) -> Iterator[Notice]:
        start, end = node.span
        if "*" not in node.text or self.text[start] in QUOTES:
            return
        pattern = f"filename:{self.text[start:end]}"
        yield Notice(
            f"In a bare word “*” is the character itself. For a pattern write {pattern}",
            node.span,
            self.text[:start] + pattern + self.text[end:],
        )

    def _used(self, name: str) -> Key | None:
        key = self.source.key(name)
        return key if key is not None and key.image_count > 0 else None

    def _no_key(self, name: str, span: Span, *, may_be_text: bool = False) -> Notice:
        message = f"There is no key “{name}”."
        typed = self.text[slice(*span)]
        close = closest(name, self.source.keys())
        if close:
            return Notice(f"{message} Did you mean “{close}”?", span, self._put(span, name, close))
        if may_be_text and not typed.startswith("metadata"):
            quoted = '"{}"'.format(typed.replace("\\", "\\\\").replace('"', '\\"'))
            start, end = span
            suggestion = self.text[:start] + quoted + self.text[end:]
            return Notice(f"{message} To look for the text write {quoted}", span, suggestion)
        return Notice(message, span)

    def _put(self, span: Span, old: str, new: str) -> str:
        """Return the query with a name of the filter at the span changed."""
        start, end = span
        typed = self.text[start:end]
        prefix = typed.find("metadata") + len("metadata.") if "metadata" in typed else 0
        at = typed.find(old, prefix)
        at = at if at >= 0 else typed.find(old)
        if at < 0:
            return ""
        return self.text[: start + at] + new + self.text[start + at + len(old) :]

    def _of_key(self, node: KeyFilter) -> Iterator[Notice]:
        key = self._used(node.key)
        if key is None:
            yield self._no_key(node.key, node.span, may_be_text=True)
            return
        match node.condition:
            case Within() as within if within.reversed:
                yield _reversed(node.span)
            case Within(Date(), _) | Within(_, Date()) | Compares(_, Date()):
                if not key.string_count:
                    yield _lacks(key, "date", "A date compares with strings", node.span)
            case Within() | Compares():
                if not key.number_count:
                    yield _lacks(key, "number", "A number compares with numbers", node.span)
            case _:
                return

    def _of_field(self, node: FieldFilter) -> Iterator[Notice]:
        condition = node.condition
        if isinstance(condition, Within) and condition.reversed:
            yield _reversed(node.span)
        if node.name in LATER:
            yield Notice(LATER[node.name], node.span)
        if node.name == "tag":
            yield from self._of_tags(node)
        if node.name == "min-annotations" and not self._classes().exists():
            yield Notice(NO_BOXES, node.span)
        known = self._known(node.name)
        if known is None or (node.name == "project" and in_none(condition)):
            return
        for name in _names(condition):
            test = text_test(Equals(name))
            if not any(test(normalise(other)) for other in known):
                yield self._no_name(node, name.text, known)

    def _of_tags(self, node: FieldFilter) -> Iterator[Notice]:
        """Notice tags nobody uses, without reading all there are before one is missing."""
        used = self.source.workspace.tags.filter(image_count__gt=0)
        for name in _names(node.condition):
            if not self.source.tags_in_use([normalise(name.text)]):
                known = list(used.values_list("name", flat=True))
                yield self._no_name(node, name.text, known)

    def _classes(self) -> QuerySet[ClassName]:
        return self.source.workspace.class_names.in_use()

    def _of_class(self, node: ClassCount) -> Iterator[Notice]:
        """Notice a class of which no image has a box."""
        name, norm = node.name.text, normalise(node.name.text)
        if askable(norm) and self._classes().filter(norm=norm).exists():
            return
        known = list(self._classes().values_list("name", flat=True))
        message = f"There is no class “{name}”." if known else NO_BOXES
        close = closest(name, known)
        if not close:
            yield Notice(message, node.span)
            return
        start, end = node.span
        meant = print_node(replace(node, name=operand_of(close)))
        suggestion = self.text[:start] + meant + self.text[end:]
        yield Notice(f"{message} Did you mean “{close}”?", node.span, suggestion)

    def _known(self, name: str) -> list[str] | None:
        """Return what a filter may name; None when it is anything."""
        match name:
            case "project":
                projects = self.source.projects()
                return [name for project in projects for name in (project.slug, project.name)]
            case "split":
                return [split for split in Split.values if split]
            case "format":
                return [*Format.values, *(name for also in ALSO_CALLED.values() for name in also)]
            case "batch":
                return sorted({batch.norm for batch in self.source.batches()})
            case _:
                return None

    def _no_name(self, node: FieldFilter, name: str, known: list[str]) -> Notice:
        message = f"There is no {node.name} “{name}”."
        close = closest(name, known)
        if close:
            return Notice(
                f"{message} Did you mean “{close}”?", node.span, self._put(node.span, name, close)
            )
        if node.name in {"split", "format"}:
            return Notice(f"{message} There are {', '.join(known)}.", node.span)
        return Notice(message, node.span)


def _names(condition: Condition) -> list[Scalar]:
    match condition:
        case Equals(operand):
            return [operand]
        case OneOf(operands):
            return list(operands)
        case Differs(inner):
            return _names(inner)
        case _:
            return []


def _reversed(span: Span) -> Notice:
    return Notice("This range ends before it begins, so nothing lies within it.", span)


def _lacks(key: Key, what: str, rule: str, span: Span) -> Notice:
    there = " and ".join(f"{type_name}s" for type_name in key.type_counts)
    return Notice(f"No image has a {what} under “{key.name}”. {rule}; here are {there}.", span)
