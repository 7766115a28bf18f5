"""Time the engine: what a search, a suggestion or a write takes before any page is rendered."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from django.db import connection

from assetlib.accounts.models import Workspace
from assetlib.bench.cases import Ask, Case, Kind
from assetlib.columns.cache import cache
from assetlib.search.facets import Asked, facets
from assetlib.search.find import find
from assetlib.search.suggest import suggest
from metadata.models import Entry
from metadata.suggest import suggest_keys

LIMIT = 50
FIRST_ASK = Ask("camera_id:cam07 quality_score>50")
# Of the facet panel as it opens: eight.
OPEN_FIELDS, OPEN_KEYS = ("project", "tag", "uploaded"), 5


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds over `n` measurements; `found` is what a typical answer counted."""

    median: float
    p95: float
    n: int
    found: float | None = None
    error: str = ""


def timing(seconds: Sequence[float], found: Sequence[int] = ()) -> Timing:
    if not seconds:
        return Timing(0, 0, 0, error="nothing was measured")
    return Timing(
        statistics.median(seconds) * 1_000,
        float(np.percentile(seconds, 95)) * 1_000,
        len(seconds),
        statistics.median(found) if found else None,
    )


def failed(problem: object) -> Timing:
    return Timing(0, 0, 0, error=str(problem)[:200] or type(problem).__name__)


def timed(act: Callable[[], int]) -> tuple[float, int]:
    """Return the seconds it took, and what it returned."""
    start = perf_counter()
    answer = act()
    return perf_counter() - start, answer


def engine(workspace: Workspace, case: Case) -> Timing:
    """Ask the case's questions without a server in between."""
    try:
        asked = _ASKED[case.kind]
        for ask in case.warming:
            asked(workspace, ask)
        measured = [timed(lambda ask=ask: asked(workspace, ask)) for ask in case.timed]  # type: ignore[misc]
    except Exception as problem:  # noqa: BLE001 -- the other cases are still worth measuring
        return failed(problem)
    return timing([seconds for seconds, _ in measured], [found for _, found in measured])


def first_query(workspace: Workspace) -> Timing:
    """Time the first search of this process."""
    seconds, found = timed(lambda: _page(workspace, FIRST_ASK))
    return timing([seconds], [found])


class WrongQueryError(Exception):
    """A question of the bench's own cannot be read: its figures would be those of nothing."""


def _page(workspace: Workspace, ask: Ask) -> int:
    found = find(workspace, ask.text, limit=LIMIT, cursor=ask.cursor)
    if found.error is not None:
        raise WrongQueryError(f"{ask.text}: {found.error}")
    return found.total


def _suggest(workspace: Workspace, ask: Ask) -> int:
    return len(suggest(workspace, ask.text, len(ask.text)).options)


def _facets(workspace: Workspace, ask: Ask) -> int:
    keys = (Asked(key.name, is_key=True) for key in suggest_keys(workspace, "", OPEN_KEYS))
    answer = facets(workspace, ask.text, [*map(Asked, OPEN_FIELDS), *keys])
    if answer.error is not None:
        raise WrongQueryError(f"{ask.text}: {answer.error}")
    return answer.total


_ASKED: dict[Kind, Callable[[Workspace, Ask], int]] = {
    "page": _page,
    "suggest": _suggest,
    "facets": _facets,
}


def sizes(workspace: Workspace) -> dict[str, int]:
    """Return what the library takes, in bytes, and how many things are in it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(SUM(LENGTH(data)), 0), COUNT(*) FROM columns_columnchunk")
        chunk_bytes, chunk_count = cursor.fetchone()
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            database = int(cursor.fetchone()[0])
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            database = Path(str(connection.settings_dict["NAME"])).stat().st_size
    images = workspace.images.count()
    return {
        "images": images,
        "entries": Entry.objects.count(),
        "database_bytes": database,
        "database_bytes_per_image": database // max(images, 1),
        "chunks": int(chunk_count),
        "chunk_bytes": int(chunk_bytes),
        "chunk_bytes_per_image": int(chunk_bytes) // max(images, 1),
    }


def cache_bytes() -> int:
    """Return what this process keeps of columns by now."""
    return cache.nbytes
