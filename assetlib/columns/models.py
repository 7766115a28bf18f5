from __future__ import annotations

from django.db import models

from assetlib.accounts.models import Workspace


class ColumnChunk(models.Model):
    """4,096 places of one column, in the codec's bytes.

    Derived from the tables, in the same transaction; `seq` is the workspace's as it was written.
    Never deleted, only emptied, so that whoever holds it in memory hears of the change.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    column = models.CharField(max_length=40)
    chunk = models.IntegerField()
    seq = models.BigIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "column", "chunk"], name="one_of_a_chunk")
        ]
        indexes = [models.Index(fields=["workspace", "seq"], name="chunks_by_seq")]

    def __str__(self) -> str:
        return f"{self.column}/{self.chunk}"
