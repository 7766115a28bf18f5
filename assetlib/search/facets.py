"""What the images that a query found have in common: values, ranges and dates, counted.

Counts are exact, of the same snapshot as page and total. Each line carries the filter that finds
what it counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, TypeVar

import numpy as np

from assetlib.accounts.models import Workspace
from assetlib.columns.codec import Array
from assetlib.columns.form import normalise
from assetlib.columns.kinds import Pairs
from assetlib.columns.snapshot import read_snapshot
from assetlib.search.evaluate import Evaluator
from assetlib.search.histogram import Histogram, of_moments, of_numbers
from assetlib.search.kept import kept
from assetlib.search.language.completion import quote_if_needed
from assetlib.search.language.errors import QueryError
from assetlib.search.language.names import NAMES
from assetlib.search.language.operands import Word
from assetlib.search.language.parser import parse
from assetlib.search.language.tree import And, Equals, FieldFilter
from assetlib.search.named import leaves
from assetlib.search.result import Result, search
from assetlib.search.source import KeyColumn, Source
from assetlib.search.tables import askable
from assetlib.search.top import top_places
from images.columns import FORMATS, SPLITS
from images.models import Format, Project
from metadata.models import NORM_LENGTH, Key, StoredType, Tag
from metadata.values import Scalar, from_number, shortened

T = TypeVar("T")

# How many values a facet shows, and as how many of the most frequent it looks for spellings.
SHOWN, RANKED = 8, 40
FIELDS = ("project", "tag", "class", "format", "uploaded", "taken")
# What speaks of the projects named beside it.
SCOPED = {"split", "batch"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A facet by its name: a key's when `is_key`, else one of FIELDS.

    Of its values those that contain `find` are wanted, in any case, and at most `limit`; numbers
    are among them when `numbers` are asked for, else only in the histogram.
    """

    name: str
    is_key: bool = False
    find: str = ""
    limit: int = SHOWN
    numbers: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A value, how many of the found images have it, and the filter that finds them.

    `label` is the value as a page shows it, `value` as it is.
    """

    label: str
    filter: str
    count: int
    type: str = ""
    value: Scalar = ""


@dataclass(frozen=True, slots=True)
class Facet:
    """`count` images have a value, `missing` have none, which `missing_filter` finds.

    `different` is how many values there are, as far as they are told apart: all but numbers and
    dates. `more` says that some of those that were looked for are not shown.
    """

    asked: Asked
    kind: Literal["values", "states"]
    lines: tuple[Line, ...]
    histogram: Histogram | None
    count: int
    missing: int
    missing_filter: str
    different: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class Facets:
    """The facets of all that a query finds; of one that cannot be read there are none."""

    total: int = 0
    facets: tuple[Facet, ...] = ()
    error: QueryError | None = None


def facets(
    workspace: Workspace, text: str, asked: Iterable[Asked], *, now: datetime | None = None
) -> Facets:
    """Count what the images that the query finds have in common. No exception for any text."""
    try:
        query = parse(text)
    except QueryError as error:
        return Facets(error=error)
    with read_snapshot():
        result = search(workspace, replace(query, sort=None), now)
        return Facets(result.chosen.total, facets_of(result, asked))


def facets_of(result: Result, asked: Iterable[Asked]) -> tuple[Facet, ...]:
    """Return the facets that are asked for; a key nobody has yields none."""
    asked = list(asked)
    result.source.know_keys(each.name for each in asked if each.is_key)
    counted = (_count(result, each) for each in asked)
    return tuple(facet for facet in counted if facet is not None)


def key_filter(name: str) -> str:
    """Return a key as it begins a filter."""
    return f"metadata.{name}" if name in NAMES or name.startswith("metadata") else name


def _count(result: Result, asked: Asked) -> Facet | None:
    if asked.is_key:
        key = result.source.key(asked.name)
        return None if key is None else _of_key(result, asked, key)
    return _FIELDS[asked.name](result, asked)


def _of_all(result: Result, name: Hashable, columns: Sequence[Any], count: Callable[[], T]) -> T:
    """Return what `count` does; when the query finds all there is, it need not do it each time."""
    alive = result.source.alive()
    if result.chosen.total < np.count_nonzero(alive):
        return count()
    return kept.once(name, [alive, *columns], count)


def _of_key(result: Result, asked: Asked, key: Key) -> Facet:
    column = result.source.entries(key)
    if asked.find:
        return _of_column(result, asked, key, column)
    return _of_all(
        result,
        (asked, key.pk),
        [column.codes, column.numbers],
        lambda: _of_column(result, asked, key, column),
    )


def _of_column(result: Result, asked: Asked, key: Key, column: KeyColumn) -> Facet:
    name = key_filter(key.name)
    counts = np.zeros(0, dtype=np.int64)
    if key.string_count or key.boolean_count:
        counts = np.bincount(column.codes[result.chosen.ords], minlength=key.next_code + 1)[1:]
    numbers = np.zeros(0)
    if key.number_count:
        numbers = column.numbers[result.chosen.ords]
        numbers = np.compress(~np.isnan(numbers), numbers)
    lines, more = _lines_of_key(result.source, asked, key, counts)
    different = int(np.count_nonzero(counts))
    if asked.numbers:
        said, numbered = _numbers(asked, name, numbers)
        lines, more = _most([*lines, *said], asked.limit)
        different += numbered
    is_state = bool(key.boolean_count) and not key.string_count and not key.number_count
    if is_state and not asked.find:
        lines = _both_states(name, lines)
    count = int(counts.sum()) + numbers.size
    return Facet(
        asked,
        "states" if is_state else "values",
        lines,
        of_numbers(name, numbers),
        count,
        result.chosen.total - count,
        f"missing:{key.name}",
        different,
        more,
    )


def _numbers(asked: Asked, name: str, numbers: Array) -> tuple[list[Line], int]:
    """Return the most frequent numbers, and how many different ones there are."""
    each, counts = np.unique(numbers, return_counts=True)
    lines = []
    for place in top_places(counts, asked.limit + 1).tolist():
        value = from_number(float(each[place]))
        filter_text = f"{name}:{value.text}..{value.text}"
        lines.append(Line(value.text, filter_text, int(counts[place]), "number", value.json))
    return lines, each.size


def _both_states(name: str, lines: Sequence[Line]) -> tuple[Line, ...]:
    found = {line.label: line for line in lines}
    return tuple(
        found.get(state, Line(state, f"{name}:{state}", 0, "boolean", state == "true"))
        for state in ("true", "false")
    )


def _lines_of_key(
    source: Source, asked: Asked, key: Key, counts: Array
) -> tuple[tuple[Line, ...], bool]:
    """Return the most frequent values, whatever their spelling, and whether there are more."""
    norm = normalise(asked.find)
    booleans = source.booleans(key) if key.boolean_count else {}
    lines = [
        Line(
            text,
            _boolean_filter(source, key, text),
            int(counts[code]),
            "boolean",
            text == "true",
        )
        for text, code in booleans.items()
        if norm in text
    ]
    if key.string_count:
        if booleans or asked.find:
            # Booleans are not among the strings.
            counts = counts.copy()
            counts[list(booleans.values())] = 0
        if asked.find:
            counts[~_like(source, key, norm)] = 0
        lines += _strings(source, asked, key, counts)
    return _most(lines, asked.limit)


def _boolean_filter(source: Source, key: Key, text: str) -> str:
    """Return the filter for the boolean; bare, the word is the string of the same letters, too."""
    filter_text = f"{key_filter(key.name)}:{text}"
    if key.string_count and source.codes_of(key, [text], StoredType.STRING):
        return f"({filter_text} type:{key.name}=boolean)"
    return filter_text


def _strings(source: Source, asked: Asked, key: Key, counts: Array) -> Iterator[Line]:
    """Yield the most frequent strings, with all spellings of each."""
    dictionary = source.dictionary(key)
    top = top_places(counts, max(RANKED, asked.limit + 1))
    norms = {dictionary.at(code)[:NORM_LENGTH] for code in top.tolist()}
    rows = key.values.filter(norm__in=norms).order_by().values_list("type", "code", "text")
    spellings: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for type_, code, text in rows:
        # Not asked of the database: SQLite would read all strings of the key for it.
        if type_ == StoredType.STRING:
            spellings[normalise(text)].append((int(counts[code]), text))
    for same in spellings.values():
        most = max(same)[1]
        count = sum(n for n, _ in same)
        filter_text = f"{key_filter(key.name)}:{quote_if_needed(most)}"
        yield Line(shortened(most, 80), filter_text, count, "string", most)


def _most(lines: Iterable[Line], limit: int) -> tuple[tuple[Line, ...], bool]:
    """Return those with the highest counts, none of them zero, and whether there are more."""
    counted = [line for line in lines if line.count]
    counted.sort(key=lambda line: (-line.count, line.label))
    return tuple(counted[:limit]), len(counted) > limit


def _like(source: Source, key: Key, norm: str) -> Array:
    if not askable(norm):
        return np.zeros(key.next_code, dtype=np.bool_)
    return source.dictionary(key).containing(norm)


def _counts_of(result: Result, name: str, pairs: Pairs) -> Array:
    """Return how many of the found images there are with each item."""
    of = result.source.workspace.pk, name
    return _of_all(result, of, [pairs], lambda: pairs.counts_at(result.chosen.mask))


def _tags(result: Result, asked: Asked) -> Facet:
    pairs = result.source.tag_lists()
    counts = _counts_of(result, "tag", pairs)
    tags = Tag.objects.filter(workspace=result.source.workspace)
    if asked.find:
        wanted = tags.filter(folded__contains=normalise(asked.find)) if askable(asked.find) else []
        counts = _only(counts, [tag.pk for tag in wanted])
    names = dict(
        tags.filter(pk__in=top_places(counts, asked.limit + 1).tolist()).values_list("pk", "name")
    )
    lines = [Line(name, f"tag:{name}", int(counts[pk]), value=name) for pk, name in names.items()]
    missing = int(np.count_nonzero(result.chosen.mask & ~pairs.present))
    return _labelled(result, asked, lines, missing, "missing:tag", int(np.count_nonzero(counts)))


def _classes(result: Result, asked: Asked) -> Facet:
    pairs = result.source.class_lists()
    counts = _counts_of(result, "class", pairs)
    classes = result.source.workspace.class_names.all()
    if asked.find:
        norm = normalise(asked.find)
        wanted = classes.filter(norm__contains=norm) if askable(norm) else classes.none()
        counts = _only(counts, list(wanted.values_list("pk", flat=True)))
    top = classes.filter(pk__in=top_places(counts, asked.limit + 1).tolist())
    lines = [
        Line(name, f"class:{quote_if_needed(name)}", int(counts[pk]))
        for pk, name in top.values_list("pk", "name")
    ]
    missing = int(np.count_nonzero(result.chosen.mask & ~pairs.present))
    different = int(np.count_nonzero(counts))
    return _labelled(result, asked, lines, missing, "-min-annotations:1", different)


def _projects(result: Result, asked: Asked) -> Facet:
    counts = _counts_of_projects(result)
    norm = normalise(asked.find)
    lines = [
        Line(
            project.name,
            f"project:{project.slug}",
            counts.get(project.pk, 0),
            value=project.slug,
        )
        for project in result.source.projects()
        if norm in normalise(project.name)
    ]
    in_some = result.source.memberships().present
    missing = int(np.count_nonzero(result.chosen.mask & ~in_some))
    return _labelled(result, asked, lines, missing, "project:false", len(counts))


def _counts_of_projects(result: Result) -> dict[int, int]:
    if any(isinstance(leaf, FieldFilter) and leaf.name in SCOPED for leaf in leaves(result.node)):
        # Beside a project these filters speak of that project, and find others than they did.
        evaluator = Evaluator(result.source, result.clock)
        masks = {
            project.pk: evaluator.mask(And((result.node, _in(project))))
            for project in result.source.projects()
        }
        alive = result.source.alive()
        return {pk: n for pk, mask in masks.items() if (n := int(np.count_nonzero(alive & mask)))}
    # An image is in a project once, with one split.
    counts = _counts_of(result, "project", result.source.memberships())
    padded = np.pad(counts, (0, -counts.size % len(SPLITS)))
    by_project = padded.reshape(-1, len(SPLITS)).sum(axis=1)
    return {pk: n for pk, n in enumerate(by_project.tolist()) if n}


def _in(project: Project) -> FieldFilter:
    return FieldFilter("project", Equals(Word(project.slug)))


def _formats(result: Result, asked: Asked) -> Facet:
    counts = np.bincount(result.source.formats()[result.chosen.ords], minlength=len(FORMATS) + 1)
    lines = [
        Line(Format(name).label, f"format:{name}", int(counts[place]), value=name)
        for place, name in enumerate(FORMATS, 1)
        if normalise(asked.find) in name
    ]
    return _labelled(result, asked, lines, 0, "", int(np.count_nonzero(counts)))


def _labelled(
    result: Result,
    asked: Asked,
    lines: Iterable[Line],
    missing: int,
    missing_filter: str,
    different: int,
) -> Facet:
    shown, more = _most(lines, asked.limit)
    count = result.chosen.total - missing
    return Facet(asked, "values", shown, None, count, missing, missing_filter, different, more)


def _only(counts: Array, places: Sequence[int]) -> Array:
    kept = np.zeros_like(counts)
    chosen = [place for place in places if place < counts.size]
    kept[chosen] = counts[chosen]
    return kept


def _uploaded(result: Result, asked: Asked) -> Facet:
    return _dates(result, asked, result.source.times("uploaded"), "")


def _taken(result: Result, asked: Asked) -> Facet:
    return _dates(result, asked, result.source.times("taken"), "-taken>=0001-01-01")


def _dates(result: Result, asked: Asked, column: Array, missing_filter: str) -> Facet:
    name, zone = asked.name, result.clock.zone
    histogram, count = _of_all(
        result,
        (result.source.workspace.pk, name, zone.key),
        [column],
        lambda: of_moments(name, column[result.chosen.ords], zone),
    )
    missing = result.chosen.total - count
    return Facet(asked, "values", (), histogram, count, missing, missing_filter)


_FIELDS: dict[str, Callable[[Result, Asked], Facet]] = {
    "tag": _tags,
    "class": _classes,
    "project": _projects,
    "format": _formats,
    "uploaded": _uploaded,
    "taken": _taken,
}
