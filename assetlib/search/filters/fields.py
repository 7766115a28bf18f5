"""One built-in filter: the field by its name, and what is asked of it."""

from __future__ import annotations

from collections.abc import Callable

from assetlib.search.filters import images, labels
from assetlib.search.filters.labels import Scope
from assetlib.search.filters.moments import Clock
from assetlib.search.filters.texts import TextTest, text_test
from assetlib.search.language.operands import Word
from assetlib.search.language.tree import Condition, Differs, Equals, FieldFilter
from assetlib.search.source import Mask, Source

# Fields of which an image has just one: what differs is then what does not match.
SINGLE = {"filename", "format", "id"}
# What these speak of is not in the library yet; the notices say so.
ABSENT = {"mirror", "path", "min-annotations"}


def field_mask(source: Source, node: FieldFilter, clock: Clock, scope: Scope) -> Mask:
    condition = node.condition
    if node.name in SINGLE and isinstance(condition, Differs):
        return ~_named(source, node.name, condition.condition, scope)
    match node.name:
        case "width" | "height" | "size" | "aspect":
            return images.measured(images.measure(source, node.name), condition)
        case "uploaded":
            return images.timed(source, "uploaded_at", condition, clock)
        case "updated":
            return images.timed(source, "updated_at", condition, clock)
        case "taken":
            return images.timed(source, "taken_at", condition, clock)
        case _:
            return _named(source, node.name, condition, scope)


def _named(source: Source, name: str, condition: Condition, scope: Scope) -> Mask:
    if name in ABSENT:
        return source.nothing()
    if name == "project" and in_none(condition):
        return ~source.members(source.projects())
    return _BY_NAME[name](source, text_test(condition), scope)


_BY_NAME: dict[str, Callable[[Source, TextTest, Scope], Mask]] = {
    "tag": lambda source, test, _: source.tagged(labels.tags_like(source, test)),
    "project": lambda source, test, _: source.members(labels.projects_like(source, test)),
    "split": labels.in_split,
    "batch": labels.in_batch,
    "filename": lambda source, test, _: images.named(source, test),
    "format": lambda source, test, _: images.formatted(source, test),
    "id": lambda source, test, _: images.identified(source, test),
}


def in_none(condition: Condition) -> bool:
    """Whether this is what `project:false` asks: in no project at all."""
    return isinstance(condition, Equals) and (
        isinstance(condition.operand, Word) and condition.operand.boolean is False
    )
