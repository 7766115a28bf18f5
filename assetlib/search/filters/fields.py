"""One built-in filter: the field by its name, and what is asked of it."""

from __future__ import annotations

from collections.abc import Callable

from assetlib.search.filters import boxes, images, labels
from assetlib.search.filters.labels import Scope
from assetlib.search.filters.moments import Clock
from assetlib.search.filters.texts import text_test
from assetlib.search.language.operands import Word
from assetlib.search.language.tree import Condition, Differs, Equals, FieldFilter
from assetlib.search.source import Mask, Source

# Fields of which an image has just one: what differs is then what does not match.
SINGLE = {"filename", "format", "id"}


def field_mask(source: Source, node: FieldFilter, clock: Clock, scope: Scope) -> Mask:
    condition = node.condition
    if node.name in SINGLE and isinstance(condition, Differs):
        return ~_named(source, node.name, condition.condition, scope)
    match node.name:
        case "width" | "height" | "size" | "aspect":
            return images.measured(images.measure(source, node.name), condition)
        case "uploaded" | "updated" | "taken":
            return images.timed(source, node.name, condition, clock)
        case "min-annotations":
            return boxes.with_boxes(source, condition)
        case _:
            return _named(source, node.name, condition, scope)


def _named(source: Source, name: str, condition: Condition, scope: Scope) -> Mask:
    if name == "project" and in_none(condition):
        return ~source.members(project.pk for project in source.projects())
    return _BY_NAME[name](source, condition, scope)


def _in_projects(source: Source, condition: Condition, _: Scope) -> Mask:
    projects = labels.projects_like(source, text_test(condition))
    return source.members(project.pk for project in projects)


_BY_NAME: dict[str, Callable[[Source, Condition, Scope], Mask]] = {
    "tag": lambda source, condition, _: source.tagged(labels.tags_like(source, condition)),
    "project": _in_projects,
    "split": lambda source, asked, scope: labels.in_split(source, text_test(asked), scope),
    "batch": lambda source, asked, scope: labels.in_batch(source, text_test(asked), scope),
    "mirror": lambda source, asked, _: source.mirrored(labels.mirrors_like(source, asked)),
    "path": lambda source, condition, _: images.located(source, condition),
    "filename": lambda source, condition, _: images.named(source, condition),
    "format": lambda source, condition, _: images.formatted(source, text_test(condition)),
    "id": lambda source, condition, _: images.identified(source, condition),
}


def in_none(condition: Condition) -> bool:
    """Whether this is what `project:false` asks: in no project at all."""
    return isinstance(condition, Equals) and (
        isinstance(condition.operand, Word) and condition.operand.boolean is False
    )
