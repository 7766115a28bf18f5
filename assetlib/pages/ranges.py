"""The two fields of a facet's range: what they hold, and the query that comes of them."""

from __future__ import annotations

from assetlib.search.facets import Asked, key_filter
from assetlib.search.language import Editing, days_within, numbers_within, parse
from metadata.values import from_number


def ends_of(editing: Editing, asked: Asked) -> tuple[str, str]:
    """Return the ends that the query has, as the fields hold them.

    An end is empty where there is none, or the field cannot hold it.
    """
    conditions = [each.condition for each in editing.ranges(asked.name, is_key=asked.is_key)]
    if asked.is_key:
        low, high = ("" if n is None else from_number(n).text for n in numbers_within(conditions))
    else:
        low, high = ("" if day is None else f"{day}" for day in days_within(conditions))
    return low, high


def written(asked: Asked, low: str, high: str) -> str:
    """Return the filter between two ends, of which either may be empty."""
    return f"{key_filter(asked.name) if asked.is_key else asked.name}:{low}..{high}"


def narrowed(query: str, asked: Asked, low: str, high: str) -> str:
    """Return the query with these ends, anywhere where both are empty. Raises QueryError.

    The fields do not say whether an end is in, nor at what time of its day it is: an end that they
    held already stays as it was typed.
    """
    editing = Editing(query)
    known_low, known_high = ends_of(editing, asked)
    if (low, high) == (known_low, known_high) != ("", ""):
        return query
    from_low, to_high = written(asked, low, ""), written(asked, "", high)
    terms = []
    if low:
        is_known = low == known_low
        terms += _kept(editing, asked, from_low, below=True) if is_known else [from_low]
    if high:
        is_known = high == known_high
        terms += _kept(editing, asked, to_high, below=False) if is_known else [to_high]
    if terms == [from_low, to_high]:
        terms = [written(asked, low, high)]
    rest = editing.without_ranges(asked.name, is_key=asked.is_key)
    for term in terms:
        rest = Editing(rest.put(term))
    return rest.text


def _kept(editing: Editing, asked: Asked, plain: str, *, below: bool) -> list[str]:
    """Return what bounds it on one side, `plain` where that says the same."""
    kept = editing.bounds(asked.name, is_key=asked.is_key, below=below)
    return [plain if parse(each).node == parse(plain).node else each for each in kept]
