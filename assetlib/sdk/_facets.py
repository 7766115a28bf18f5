"""Facets: the values of keys under a query, with counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from assetlib.sdk._types import Value


@dataclass(frozen=True, slots=True)
class FacetValue:
    value: Value
    type: str
    count: int


@dataclass(frozen=True, slots=True)
class Histogram:
    """How numbers or dates lie: `counts[i]` of them from `edges[i]` to before `edges[i + 1]`."""

    min: float | str
    max: float | str
    edges: tuple[float | str, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Facet:
    """One key: its most frequent values, how many images lack it, how many values there are."""

    values: tuple[FacetValue, ...]
    missing: int
    distinct: int
    histogram: Histogram | None


@dataclass(frozen=True, slots=True)
class Facets(Mapping[str, Facet]):
    """A facet for each key that was asked for; `total` is how many images the query finds."""

    total: int
    facets: Mapping[str, Facet] = field(hash=False)

    def __getitem__(self, key: str) -> Facet:
        return self.facets[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.facets)

    def __len__(self) -> int:
        return len(self.facets)


def read_facets(said: dict[str, Any]) -> Facets:
    return Facets(said["total"], {key: _read_facet(facet) for key, facet in said["facets"].items()})


def _read_facet(said: dict[str, Any]) -> Facet:
    drawn = said["histogram"]
    return Facet(
        values=tuple(
            FacetValue(each["value"], each["type"], each["count"]) for each in said["values"]
        ),
        missing=said["missing"],
        distinct=said["distinct"],
        histogram=drawn
        and Histogram(drawn["min"], drawn["max"], tuple(drawn["edges"]), tuple(drawn["counts"])),
    )
