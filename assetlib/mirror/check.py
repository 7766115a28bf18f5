"""Whether the ledger agrees with the library: what `doctor` asks."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q

from assetlib.accounts.models import Workspace
from assetlib.mirror.models import LIVE, LedgerRow, OutcomeName


def wrong_rows(workspace: Workspace) -> Iterator[LedgerRow]:
    """Yield the rows that say what cannot be.

    A synced object has an image, and one outside the trash; what is held or left has none to show;
    an image is of the mirror's own workspace.
    """
    rows = LedgerRow.objects.filter(mirror__workspace=workspace).select_related("mirror")
    synced = Q(outcome__in=[OutcomeName.SYNCED, OutcomeName.PROBLEM])
    lost = synced & (Q(image=None) | Q(image__deleted_at__isnull=False))
    shown = Q(outcome=OutcomeName.REMOVED, image__isnull=False, image__deleted_at=None)
    strange = Q(image__isnull=False) & ~Q(image__workspace=F("mirror__workspace"))
    yield from rows.filter(lost | shown | strange).order_by("mirror", "path").iterator()


def mend_rows(workspace: Workspace) -> int:
    """Have the next run read again what the ledger is wrong about; return how much that is."""
    wrong = [row.pk for row in wrong_rows(workspace)]
    rows = LedgerRow.objects.filter(pk__among=wrong)
    rows.filter(outcome__in=LIVE, image__deleted_at__isnull=False).update(outcome=OutcomeName.HELD)
    rows.filter(outcome__in=LIVE, image=None).update(outcome=OutcomeName.FAILED)
    rows.filter(outcome=OutcomeName.REMOVED).update(outcome=OutcomeName.GONE)
    return len(wrong)
