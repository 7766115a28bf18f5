"""The ledger as a plan reads it: by path, a page at a time, so that it may be written meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from assetlib.mirror.models import Base, LedgerQuerySet, Mirror
from assetlib.mirror.plan import Row

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
