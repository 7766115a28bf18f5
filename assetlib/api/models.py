from __future__ import annotations

from django.db import models

from assetlib.accounts.models import Workspace


class Kept(models.Model):
    """A request that was sent with an Idempotency-Key, and its answer once there is one.

    `digest` tells the request from others; `claim` is of the process that is at it.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    caller = models.CharField(max_length=40)
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    claim = models.CharField(max_length=32)
    claimed_at = models.DateTimeField()
    created_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    location = models.CharField(max_length=500, blank=True)
    body = models.TextField(blank=True)

    class Meta:
        verbose_name = "kept answer"
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "caller", "key"], name="one_answer_an_idempotency_key"
            )
        ]

    def __str__(self) -> str:
        return self.key
