"""What a person may mean who has typed the beginning of a key, a value or a tag. Reads only.

The search bar and the editor's fields ask the same three questions. Only what some image outside
the trash uses is suggested.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, QuerySet, When
from django.db.models import Value as Constant

from assetlib.accounts.models import Workspace
from assetlib.columns.form import normalise
from metadata.keynames import MAX_KEY, MAX_TAG
from metadata.models import NORM_LENGTH, Key, Tag, Value

# Beyond so many matches a longer prefix helps more than a better ranking, and reading on would
# take time that grows with the library.
RANKED = 500
LAST_CHARACTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class KeySuggestion:
    """`types` are the names of the types seen, most frequent first; `count` is of images."""

    name: str
    types: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class ValueSuggestion:
    """A string or boolean some image holds under the key."""

    text: str
    type: str
    count: int


@dataclass(frozen=True, slots=True)
class TagSuggestion:
    name: str
    count: int


def suggest_keys(workspace: Workspace, prefix: str = "", limit: int = 10) -> list[KeySuggestion]:
    """Return the keys that begin with the prefix, then those that contain it, by use."""
    if len(prefix) > MAX_KEY:  # SQLite refuses patterns of many thousand characters.
        return []
    keys = workspace.keys.in_use()
    by_use = ("-image_count", "name")
    if prefix:
        # What is written out comes first, so that one knows it to be a key.
        place = Case(
            When(name=prefix, then=Constant(0)),
            When(name__istartswith=prefix, then=Constant(1)),
            default=Constant(2),
        )
        ranked = keys.filter(name__icontains=prefix).order_by(place, *by_use)
    else:
        ranked = keys.order_by(*by_use)
    return [
        KeySuggestion(key.name, tuple(key.type_counts), key.image_count) for key in ranked[:limit]
    ]


def suggest_values(key: Key, prefix: str = "", limit: int = 10) -> list[ValueSuggestion]:
    """Return the key's strings and booleans that begin with the prefix in any case, by count."""
    start = normalise(prefix)
    rows = list(_ranked(key, start, limit).values_list("text", "type", "image_count"))
    if len(start) > NORM_LENGTH:
        rows = [row for row in rows if normalise(row[0]).startswith(start)]
    return [ValueSuggestion(text, type_name, count) for text, type_name, count in rows[:limit]]


def suggest_tags(workspace: Workspace, prefix: str = "", limit: int = 10) -> list[TagSuggestion]:
    """Return the tags that begin with the prefix, then those that contain it, by use."""
    if len(prefix) > MAX_TAG:
        return []
    folded = prefix.lower()
    place = Case(When(folded__startswith=folded, then=Constant(0)), default=Constant(1))
    tags = Tag.objects.filter(workspace=workspace, image_count__gt=0, folded__contains=folded)
    ranked = tags.order_by(place, "-image_count", "folded").values_list("name", "image_count")
    return [TagSuggestion(name, count) for name, count in ranked[:limit]]


def _ranked(key: Key, start: str, limit: int) -> QuerySet[Value]:
    values = key.values.filter(image_count__gt=0)
    by_use = ("-image_count", "norm", "type")
    if not start:
        return values.order_by(*by_use)[:limit]
    first = _beginning_with(values, start[:NORM_LENGTH]).order_by("norm")[:RANKED]
    return values.filter(pk__in=first.values("pk")).order_by(*by_use)[:RANKED]


def _beginning_with(values: QuerySet[Value], start: str) -> QuerySet[Value]:
    # A range uses the index, which SQLite's LIKE does not. Both databases compare norms by bytes.
    return values.filter(norm__gte=start, norm__lt=start + LAST_CHARACTER)
