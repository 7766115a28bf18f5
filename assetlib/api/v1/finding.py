"""What helps to find: facets of what a query found, and suggestions while one is typed."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse, JsonResponse
from ninja import Query, Router

from assetlib.accounts.models import Scope
from assetlib.api.v1 import finding_schemas
from assetlib.api.v1.entrance import Call, QueryParameter, operation
from assetlib.api.v1.problems import wrong_field
from assetlib.search.facets import FIELDS, Asked, Facet, facets
from assetlib.search.histogram import Histogram
from assetlib.search.suggest import suggest
from metadata.suggest import suggest_keys

router = Router(tags=["search"])
MOST_KEYS, MOST_VALUES = 50, 1_000
PREFIX = "metadata."


@operation(router, "GET", "/facets", scope=Scope.READ, answers={200: finding_schemas.Facets})
def facet_counts(
    call: Call,
    query: QueryParameter = "",
    # Ninja makes a dict of its parameters, which one called “keys” would keep it from.
    named: Annotated[
        str,
        Query(
            alias="keys",
            description="Keys with commas, or of tag, project, format, uploaded and taken; "
            "`metadata.` before a key of such a name. The most used keys without.",
        ),
    ] = "",
    limit: Annotated[int, Query(ge=1, le=MOST_VALUES, description="Values a facet.")] = 10,
) -> HttpResponse:
    """Count what all that the query finds has in common, exactly."""
    names = [name.strip() for name in named.split(",") if name.strip()]
    if len(names) > MOST_KEYS:
        raise wrong_field("keys", f"At most {MOST_KEYS} facets are counted at once.")
    if not names:
        names = [f"{PREFIX}{key.name}" for key in suggest_keys(call.workspace, limit=10)]
    asked = {_asked(name, limit): name for name in names}
    counted = facets(call.workspace, query, asked)
    if counted.error is not None:
        raise counted.error
    said = {_label(asked[facet.asked]): _facet(facet) for facet in counted.facets}
    return JsonResponse({"total": int(counted.total), "facets": said})


def _asked(name: str, limit: int) -> Asked:
    is_key = name not in FIELDS
    return Asked(
        name.removeprefix(PREFIX) if is_key else name, is_key=is_key, limit=limit, numbers=True
    )


def _label(name: str) -> str:
    """Return the name of a facet: the key alone, unless a field is called so."""
    key = name.removeprefix(PREFIX)
    return name if key in FIELDS else key


def _facet(facet: Facet) -> dict[str, Any]:
    return {
        "values": [
            {"value": line.value, "type": line.type or facet.asked.name, "count": line.count}
            for line in facet.lines
            if line.count
        ],
        "missing": int(facet.missing),
        "distinct": int(facet.different),
        "histogram": _histogram(facet.histogram) if facet.histogram else None,
    }


def _histogram(bars: Histogram) -> dict[str, Any]:
    """Return the bars by their bounds: numbers, or days as texts."""
    ends: list[float | str] = [bars.low, bars.high]
    if not isinstance(bars.edges[0], str):
        ends = [float(end) for end in (bars.low, bars.high)]
    return {
        "min": ends[0],
        "max": ends[1],
        "edges": list(bars.edges),
        "counts": [bar.count for bar in bars.bars],
    }


@operation(router, "GET", "/suggest", scope=Scope.READ, answers={200: finding_schemas.Suggestion})
def suggestions(
    call: Call,
    text: Annotated[str, Query(max_length=10_000)] = "",
    cursor: Annotated[
        int | None, Query(ge=0, description="Where one types; the end without.")
    ] = None,
) -> HttpResponse:
    """Return what may be meant at the cursor; a text that cannot be read is no trouble."""
    found = suggest(call.workspace, text, len(text) if cursor is None else cursor)
    options = [
        {
            "text": option.text,
            "label": option.label,
            "kind": option.kind,
            "type": option.type or None,
            "count": option.count,
            "hint": option.hint or None,
        }
        for option in found.options
    ]
    return JsonResponse({"start": found.start, "end": found.end, "options": options})
