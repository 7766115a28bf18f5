"""Runs of mirrors, under way and ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from assetlib.mirror.models._mirrors import Mirror

if TYPE_CHECKING:
    from collections.abc import Iterable


class RunState(models.TextChoices):
    WAITING = "waiting", "waiting"
    RUNNING = "running", "running"
    COMPLETED = "completed", "completed"
    PROBLEMS = "problems", "completed with problems"
    FAILED = "failed", "failed"
    CANCELLED = "cancelled", "cancelled"


RUNS_UNDER_WAY = (RunState.WAITING, RunState.RUNNING)


class Scope(models.TextChoices):
    """What a run looks at."""

    ALL = "all", "the whole bucket"
    PATHS = "paths", "some paths"
    REAPPLY = "reapply", "what is known, applied again"


class RunQuerySet(models.QuerySet["Run"]):
    def under_way(self) -> RunQuerySet:
        return self.filter(state__in=RUNS_UNDER_WAY)

    def newest_of(self, mirrors: Iterable[Mirror]) -> dict[int, Run]:
        """Return the newest run of each mirror that has one, by the mirror's primary key."""
        newest = self.filter(mirror__in=list(mirrors)).order_by().values("mirror")
        last = newest.annotate(last=models.Max("pk")).values("last")
        return {run.mirror_id: run for run in self.select_related("job").filter(pk__in=last)}


class Run(models.Model):
    """One carried-out sync of a mirror; the work itself is its job."""

    mirror = models.ForeignKey(Mirror, models.CASCADE, related_name="runs")
    scope = models.CharField(max_length=10, choices=Scope, default=Scope.ALL)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.WAITING)
    job = models.OneToOneField(
        "jobs.Job", models.SET_NULL, null=True, blank=True, related_name="mirror_run"
    )
    change_set = models.ForeignKey(
        "changes.ChangeSet", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    counters = models.JSONField(default=dict, help_text="what became of how many objects")
    message = models.TextField(blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mirror"],
                name="one_run_a_mirror",
                condition=Q(state__in=RUNS_UNDER_WAY),
            )
        ]
        indexes = [models.Index(fields=["mirror", "-id"], name="runs_newest_first")]

    def __str__(self) -> str:
        return f"{self.mirror} {self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def under_way(self) -> bool:
        return self.state in RUNS_UNDER_WAY

    @property
    def is_complete(self) -> bool:
        """Whether it has looked at all there is; one that failed or was cancelled has not."""
        return self.state in {RunState.COMPLETED, RunState.PROBLEMS}
