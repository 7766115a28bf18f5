"""What may be meant by what is being typed in the search bar.

`language.completion` says what stands at the cursor; here the library is asked what it has of that.
Each kind of thing is one function that yields options, best first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

import numpy as np
from django.db.models import Case, When
from django.db.models import Value as Constant

from assetlib.accounts.models import Workspace
from assetlib.columns.form import normalise
from assetlib.columns.snapshot import read_snapshot
from assetlib.search.language.completion import Context, context_at, quote_if_needed
from assetlib.search.language.names import NAMES, ORIGINS, SORTABLE, TYPES
from assetlib.search.source import Source
from assetlib.search.tables import askable
from images.models import Batch, Format, Split
from metadata.models import Key
from metadata.suggest import KeySuggestion, suggest_keys, suggest_tags, suggest_values
from metadata.values import TYPES as VALUE_TYPES
from metadata.values import shortened

LIMIT = 10
# Of what a term may begin, none may crowd out the others.
EACH = 5
PREFIX = "metadata."
# What is offered before anything is typed, besides the keys most used.
FIRST_FILTERS = ("tag", "project", "filename", "uploaded", "has")
OPERATORS = {
    ":": "is",
    "!=": "has another value than",
    ">": "is more than",
    ">=": "is at least",
    "<": "is less than",
    "<=": "is at most",
    "..": "lies between",
}
DATES = {
    "today": "since midnight",
    "7d": "within the last 7 days",
    "30d": "within the last 30 days",
}


@dataclass(frozen=True, slots=True)
class Option:
    """`text` goes in the place of the suggestion's span, `label` is shown for it.

    `type` is a value type's name, for keys the one most images have; `hint` says it in English.
    """

    text: str
    label: str
    kind: str
    type: str = ""
    count: int | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """At most ten options, any of which replaces the text from `start` to `end`."""

    start: int
    end: int
    options: tuple[Option, ...]


def suggest(workspace: Workspace, text: str, cursor: int) -> Suggestion:
    """Return what may be meant at the cursor. Text that cannot be read is no trouble."""
    at = context_at(text, cursor)
    if not askable(at.prefix):
        return Suggestion(*at.span, ())
    compared = text[: at.span[0]].rstrip().endswith((">", "<", ">=", "<="))
    options = iter(()) if compared else _BY_KIND[at.kind](workspace, at)
    return Suggestion(*at.span, tuple(islice(options, LIMIT)))


def _terms(workspace: Workspace, prefix: str) -> Iterator[Option]:
    name = prefix.removeprefix(PREFIX)
    keys = suggest_keys(workspace, name, LIMIT)
    operators = _operators(keys, name, prefix) if prefix not in NAMES else iter(())
    if prefix.startswith(PREFIX):
        return chain(operators, _offered(keys, PREFIX + "{}"))
    offered = (
        replace(option, text=PREFIX + option.text) if option.text in NAMES else option
        for option in _offered(keys)
    )
    names = [name for name in NAMES if name.startswith(prefix)] if prefix else FIRST_FILTERS
    filters = (
        Option(f"{name}:", f"{name}:", "filter", hint=NAMES[name].sentence) for name in names
    )
    tags = _tags(workspace, prefix, "tag:{}") if prefix else iter(())
    projects = _projects(workspace, prefix, "project:{}") if prefix else iter(())
    classes = _classes(workspace, prefix, "class:{}") if prefix else iter(())
    kinds = (offered, filters, tags, projects, classes)
    return chain(operators, *(islice(options, EACH) for options in kinds))


def _operators(keys: Sequence[KeySuggestion], name: str, written: str) -> Iterator[Option]:
    """Yield what may follow the first key when it is written out."""
    if not keys or keys[0].name != name:
        return
    fitting = {
        operator for type_name in keys[0].types for operator in VALUE_TYPES[type_name].operators
    }
    for operator, hint in OPERATORS.items():
        if operator in fitting:
            text = f"{written}:" if operator == ".." else f"{written}{operator}"
            label = f"{written}:1..9" if operator == ".." else text
            yield Option(text, label, "operator", hint=hint)


def _key(workspace: Workspace, name: str) -> Key | None:
    return workspace.keys.in_use().filter(name=name).first()


def _keys(workspace: Workspace, prefix: str, pattern: str = "{}") -> Iterator[Option]:
    return _offered(suggest_keys(workspace, prefix.removeprefix(PREFIX), LIMIT), pattern)


def _offered(keys: Iterable[KeySuggestion], pattern: str = "{}") -> Iterator[Option]:
    for key in keys:
        first = key.types[0] if key.types else ""
        yield Option(pattern.format(key.name), key.name, "key", first, key.count)


def _values(workspace: Workspace, name: str, prefix: str) -> Iterator[Option]:
    key = _key(workspace, name)
    if key is None:
        return
    for value in suggest_values(key, prefix, LIMIT):
        text = quote_if_needed(value.text) if value.type == "string" else value.text
        yield Option(text, shortened(value.text, 60), "value", value.type, value.count)


def _tags(workspace: Workspace, prefix: str, pattern: str = "{}") -> Iterator[Option]:
    for tag in suggest_tags(workspace, prefix, LIMIT):
        shown = pattern.format(tag.name)
        yield Option(shown, shown, "tag", count=tag.count)


def _classes(workspace: Workspace, prefix: str, pattern: str = "{}") -> Iterator[Option]:
    """Yield the classes that begin with the prefix, then those that contain it, by use."""
    norm = normalise(prefix)
    place = Case(When(norm__startswith=norm, then=Constant(0)), default=Constant(1))
    classes = workspace.class_names.in_use().filter(norm__contains=norm)
    for each in classes.order_by(place, "-image_count", "norm")[:LIMIT]:
        text = pattern.format(quote_if_needed(each.name))
        yield Option(text, pattern.format(each.name), "class", count=each.image_count)


def _projects(workspace: Workspace, prefix: str, pattern: str = "{}") -> Iterator[Option]:
    folded = prefix.casefold()
    for project in workspace.projects.order_by("name"):
        if project.slug.startswith(folded) or project.name.casefold().startswith(folded):
            yield Option(pattern.format(project.slug), pattern.format(project.name), "project")


def _in_projects(workspace: Workspace, prefix: str) -> Iterator[Option]:
    none = _words(("false",), prefix, "project", {"false": "in no project"})
    return chain(_projects(workspace, prefix), none)


def _batches(workspace: Workspace, prefix: str) -> Iterator[Option]:
    rows = Batch.objects.filter(project__workspace=workspace, name__istartswith=prefix)
    with read_snapshot():
        source = Source(workspace)
        lists, alive = source.batch_lists(), source.alive()
        counts = lists.counts_at(alive)
        named: dict[str, list[int]] = defaultdict(list)
        for pk, name in rows.values_list("pk", "name"):
            if pk < counts.size and counts[pk]:
                named[name].append(pk)
        totals = {
            # An image may lie in batches of one name in two projects.
            name: np.count_nonzero(lists.holding(pks) & alive) if pks[1:] else counts[pks[0]]
            for name, pks in named.items()
        }
    for name in sorted(totals, key=lambda name: (-totals[name], name)):
        yield Option(quote_if_needed(name), name, "batch", count=int(totals[name]))


def _filenames(workspace: Workspace, prefix: str) -> Iterator[Option]:
    start = normalise(prefix.strip("*")).encode()
    if not start:
        return
    with read_snapshot():
        source = Source(workspace)
        alive = source.alive()
        found = source.filenames().one_each(lambda block: block.beginning(start), alive)
        images = workspace.images.at(islice(found, LIMIT))
        names = sorted({*images.values_list("filename", flat=True)})
    for name in names:
        yield Option(quote_if_needed(name), name, "filename")


def _present(workspace: Workspace, prefix: str) -> Iterator[Option]:
    return chain(_words(("metadata", "tag"), prefix, "filter"), _keys(workspace, prefix))


def _types(workspace: Workspace, name: str, prefix: str) -> Iterator[Option]:
    key = _key(workspace, name.removeprefix(PREFIX))
    counts = key.type_counts if key else {}
    for type_name in [*counts, *(other for other in TYPES if other not in counts)]:
        if type_name.startswith(prefix):
            yield Option(type_name, type_name, "type", type_name, counts.get(type_name))


def _origins(workspace: Workspace, prefix: str) -> Iterator[Option]:
    name, equals, typed = prefix.rpartition("=")
    if equals:
        for option in _words(ORIGINS, typed, "origin"):
            yield Option(f"{name}={option.text}", option.label, "origin")
        return
    yield from _words(ORIGINS, prefix, "origin")
    yield from _keys(workspace, prefix, "{}=")


def _orders(workspace: Workspace, prefix: str) -> Iterator[Option]:
    sign, typed = ("-", prefix[1:]) if prefix.startswith("-") else ("", prefix)
    for name in SORTABLE:
        if name.startswith(typed):
            yield Option(sign + name, sign + name, "field", hint=NAMES[name].sentence)
    yield from _keys(workspace, typed, f"{sign}{PREFIX}{{}}")


def _words(
    words: tuple[str, ...], prefix: str, kind: str, hints: dict[str, str] | None = None
) -> Iterator[Option]:
    for word in words:
        if word.startswith(prefix.lower()):
            yield Option(word, word, kind, hint=(hints or {}).get(word, ""))


def _mirrors(workspace: Workspace, prefix: str) -> Iterator[Option]:
    rows = workspace.mirrors.filter(name__startswith=prefix.lower()).order_by("name")
    return _words(tuple(rows.values_list("name", flat=True)), prefix, "mirror")


def _nothing(workspace: Workspace, prefix: str) -> Iterator[Option]:  # noqa: ARG001 -- as the others
    return iter(())


def _dates(workspace: Workspace, prefix: str) -> Iterator[Option]:  # noqa: ARG001 -- as the others
    return _words(tuple(DATES), prefix, "date", DATES)


_BY_FILTER: dict[str, Callable[[Workspace, str], Iterator[Option]]] = {
    "metadata": lambda workspace, prefix: _keys(workspace, prefix, "{}="),
    "tag": _tags,
    "class": _classes,
    "project": _in_projects,
    "batch": _batches,
    "filename": _filenames,
    "mirror": _mirrors,
    "split": lambda _, prefix: _words(tuple(filter(None, Split.values)), prefix, "split"),
    "format": lambda _, prefix: _words(tuple(Format.values), prefix, "format"),
    "uploaded": _dates,
    "updated": _dates,
    "taken": _dates,
}

_BY_KIND: dict[str, Callable[[Workspace, Context], Iterator[Option]]] = {
    "term": lambda workspace, at: _terms(workspace, at.prefix),
    "key value": lambda workspace, at: _values(workspace, at.name, at.prefix),
    "value": lambda workspace, at: _BY_FILTER.get(at.name, _nothing)(workspace, at.prefix),
    "has": lambda workspace, at: _present(workspace, at.prefix),
    "type key": lambda workspace, at: _keys(workspace, at.prefix, "{}="),
    "type": lambda workspace, at: _types(workspace, at.name, at.prefix),
    "origin": lambda workspace, at: _origins(workspace, at.prefix),
    "sort": lambda workspace, at: _orders(workspace, at.prefix),
}
