"""The rows of the ledger: read for a plan, by path and a page at a time; and written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from assetlib.mirror.models import Base, LedgerQuerySet, LedgerRow, Mirror
from assetlib.mirror.plan import Row
from assetlib.rows import bulk

PAGE = 2_000


def rows_of(mirror: Mirror) -> Iterator[list[Row]]:
    """Yield the mirror's rows in the order of paths, in pages."""
    after, more = "", True
    while more:
        # No cursor stays open: on SQLite one that reads may not begin to write.
        rows = _read(mirror.ledger.filter(path__gt=after).order_by("path")[:PAGE])
        yield rows
        more = len(rows) == PAGE
        after = rows[-1].path if rows else ""


def rows_at(mirror: Mirror, paths: Sequence[str]) -> list[Row]:
    return _read(mirror.ledger.at(paths).order_by("path"))


def _read(rows: LedgerQuerySet) -> list[Row]:
    has_image = _whether(Q(image__isnull=False))
    bases = Base.objects.filter(mirror=OuterRef("mirror"), image=OuterRef("image"))
    # Looked up only where there is no sidecar.
    is_told = _whether(~Q(sidecar_path="") | Q(Exists(bases)))
    names = (
        "path",
        "etag",
        "size",
        "sidecar_path",
        "sidecar_etag",
        "outcome",
        "applied",
        has_image,
        is_told,
    )
    return [Row._make(row) for row in rows.values_list(*names)]


def _whether(condition: Q) -> ExpressionWrapper[Q]:
    return ExpressionWrapper(condition, output_field=BooleanField())


COLUMNS = (
    "mirror_id",
    "path",
    "etag",
    "size",
    "modified_at",
    "sidecar_path",
    "sidecar_etag",
    "said",
    "held",
    "applied",
    "image_id",
    "outcome",
    "reason",
    "remarks",
    "at",
    "was_id",
    "run_id",
)


def save_rows(rows: Iterable[LedgerRow]) -> None:
    """Write rows of the ledger, new ones and known ones."""
    bulk.put("mirror_ledgerrow", COLUMNS, map(_stored, rows), one=("mirror_id", "path"))


def _stored(row: LedgerRow) -> tuple[Any, ...]:
    moment = connection.ops.adapt_datetimefield_value
    return (
        row.mirror_id,
        row.path,
        row.etag,
        row.size,
        moment(row.modified_at),
        row.sidecar_path,
        row.sidecar_etag,
        row.said,
        row.held,
        str(row.applied),
        row.image_id,
        str(row.outcome),
        row.reason,
        row.remarks,
        moment(row.at),
        row.was_id,
        row.run_id,
    )
