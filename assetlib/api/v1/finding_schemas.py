"""What searches, facets and suggestions answer."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from assetlib.api.v1.schemas import Metadata, Scalar, SplitName, TagName


class Notice(BaseModel):
    """Something the library lacks of what the query speaks of; `suggestion` is a whole query."""

    message: str
    span: list[int]
    suggestion: str | None


class FoundImage(BaseModel):
    """An image, or those fields of it that were asked for."""

    id: str
    filename: str | None = None
    width: int | None = None
    height: int | None = None
    size: int | None = None
    format: str | None = None
    sha256: str | None = None
    tags: list[TagName] | None = None
    metadata: Metadata | None = None
    projects: dict[str, SplitName] | None = None
    split: SplitName | None = None
    uploaded_at: datetime | None = None
    taken_at: datetime | None = None
    origin: str | None = None
    url: str | None = None
    thumbnail_url: str | None = None


class ImagePage(BaseModel):
    total: int
    items: list[FoundImage]
    next: str | None
    notices: list[Notice]


class FacetValue(BaseModel):
    value: Scalar
    type: str
    count: int


class Histogram(BaseModel):
    """`counts[i]` are from `edges[i]` to before `edges[i + 1]`; the last has its end in."""

    min: float | str
    max: float | str
    edges: list[float | str]
    counts: list[int]


class Facet(BaseModel):
    values: list[FacetValue]
    missing: int
    distinct: int
    histogram: Histogram | None


class Facets(BaseModel):
    total: int
    facets: dict[str, Facet]


class Option(BaseModel):
    text: str
    label: str
    kind: str
    type: str | None = None
    count: int | None = None
    hint: str | None = None


class Suggestion(BaseModel):
    """Any option replaces the text from `start` to `end`, in characters."""

    start: int
    end: int
    options: list[Option]
