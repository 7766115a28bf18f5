"""What the library lacks of what a query speaks of. No error: the query runs, and this is told too.

There is no key “camra_id”. Did you mean “camera_id”?
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import islice

from django.db.models import QuerySet

from assetlib.annotations.models import ClassName
from assetlib.columns.form import normalise
from assetlib.search.evaluate import Leaf
from assetlib.search.filters.fields import in_none
from assetlib.search.filters.images import ALSO_CALLED
from assetlib.search.language.completion import operand_of
from assetlib.search.language.errors import QueryError, Span
from assetlib.search.language.lexer import QUOTES
from assetlib.search.language.names import NAMES
from assetlib.search.language.operands import Date, Scalar, Word
from assetlib.search.language.parser import parse
from assetlib.search.language.printer import print_node
from assetlib.search.language.tree import (
    ClassCount,
    Compares,
    Differs,
    FieldFilter,
    Has,
    KeyFilter,
    Matches,
    OriginOf,
    Query,
    Sort,
    Text,
    TypeOf,
    Within,
)
from assetlib.search.named import leaves, names_in
from assetlib.search.source import Source
from assetlib.search.tables import askable
from images.models import Format, Split
from metadata.models import Key
from metadata.values import shortened

CLOSE_ENOUGH = 0.6
# Each takes milliseconds among thousands of names, and a query may have 200 wrong ones.
MOST = 20

NO_MIRRORS = {
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
        notices += islice(noticing.of(leaf), MOST - len(notices))
    if query.sort is not None:
        notices += noticing.of_sort(query.sort)
    return notices


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
        # A name without prefix may have been meant for a filter: Tag:night, filname:x.png.
        bare = may_be_text and "metadata" not in typed
        close = closest(name, [*self.source.keys(), *(NAMES if bare else ())])
        suggestion = self._put(span, name, close) if close else ""
        if close and (close not in NAMES or _reads(suggestion)):
            return Notice(f"{message} Did you mean “{close}”?", span, suggestion)
        if bare:
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
        yield from self._of_types(node, key)

    def _of_types(self, node: KeyFilter, key: Key) -> Iterator[Notice]:
        """Notice what is compared with values of a type that the key does not have."""
        match node.condition:
            case Within() as within if within.reversed:
                yield _reversed(node.span)
            case Within(Date(), _) | Within(_, Date()) | Compares(_, Date()):
                yield from _lacks(node, key, "string", "date", "A date compares with strings")
            case Within() | Compares():
                yield from _lacks(node, key, "number", "number", "A number compares with numbers")
            case Matches() | Differs(Matches()):
                yield from _lacks(node, key, "string", "string", "A pattern finds strings")
            case condition:
                for operand in names_in(condition):
                    yield from _finds_none(node, key, operand)

    def _of_field(self, node: FieldFilter) -> Iterator[Notice]:
        condition = node.condition
        if isinstance(condition, Within) and condition.reversed:
            yield _reversed(node.span)
        if node.name in NO_MIRRORS and not self.source.mirrors():
            yield Notice(NO_MIRRORS[node.name], node.span)
            return
        if node.name == "tag":
            yield from self._of_tags(node)
        if node.name == "min-annotations" and not self._classes().exists():
            yield Notice(NO_BOXES, node.span)
        known = self._known(node.name)
        if known is None or (node.name == "project" and in_none(condition)):
            return
        norms = {normalise(other) for other in known}
        for name in names_in(condition):
            if normalise(name.text) not in norms:
                yield self._no_name(node, name.text, known)

    def _of_tags(self, node: FieldFilter) -> Iterator[Notice]:
        """Notice tags nobody uses, without reading all there are before one is missing."""
        names = names_in(node.condition)
        used = self.source.tags_used(normalise(name.text) for name in names)
        missing = [name.text for name in names if normalise(name.text) not in used]
        if missing:
            tags = self.source.workspace.tags.filter(image_count__gt=0)
            known = list(tags.values_list("name", flat=True))
            yield from (self._no_name(node, name, known) for name in missing)

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
            case "mirror":
                return [mirror.norm for mirror in self.source.mirrors()]
            case "split":
                return [split for split in Split.values if split]
            case "format":
                return [*Format.values, *(name for also in ALSO_CALLED.values() for name in also)]
            case "batch":
                return self.source.batch_names()
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
            there = known if node.name == "split" else Format.values
            return Notice(f"{message} There are {', '.join(there)}.", node.span)
        return Notice(message, node.span)


def _reads(text: str) -> bool:
    try:
        parse(text)
    except QueryError:
        return False
    return True


def _reversed(span: Span) -> Notice:
    return Notice("This range ends before it begins, so nothing lies within it.", span)


def _lacks(node: KeyFilter, key: Key, type_name: str, what: str, rule: str) -> Iterator[Notice]:
    if type_name not in key.type_counts:
        there = _plurals(key.type_counts)
        message = f"No image has a {what} under “{key.name}”. {rule}; here are {there}."
        yield Notice(message, node.span)


def _finds_none(node: KeyFilter, key: Key, operand: Scalar) -> Iterator[Notice]:
    """Notice an operand that can equal values of none of the key's types."""
    types = ["string"]
    said = "Quoted text"
    if isinstance(operand, Word):
        types += ["number"] if operand.number is not None else []
        types += ["boolean"] if operand.boolean is not None else []
        said = f"“{shortened(operand.text)}”"
    if key.type_counts.keys().isdisjoint(types):
        there = _plurals(key.type_counts)
        message = f"{said} finds {_plurals(types)}; under “{key.name}” are {there}."
        yield Notice(message, node.span)


def _plurals(types: Iterable[str]) -> str:
    return " and ".join(f"{type_name}s" for type_name in types)
