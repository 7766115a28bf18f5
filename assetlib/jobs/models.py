"""Long work as rows: what is to be done, how far it has come, and who is at it."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from assetlib.accounts.models import ApiKey, User, Workspace


def new_public_id() -> str:
    return secrets.token_hex(10)


class Status(models.TextChoices):
    CREATED = "created", "waiting"
    RUNNING = "running", "running"
    DONE = "done", "done"
    FAILED = "failed", "failed"
    CANCELLED = "cancelled", "cancelled"


UNDER_WAY = (Status.CREATED, Status.RUNNING)


class JobQuerySet(models.QuerySet["Job"]):
    def listed(self) -> JobQuerySet:
        """Newest first, with who asked for each and without the bytes: one query."""
        return self.select_related("workspace", "by", "api_key").defer("frozen").order_by("-id")

    def under_way(self) -> JobQuerySet:
        return self.filter(status__in=UNDER_WAY)

    def waiting(self) -> JobQuerySet:
        """Those a worker may take, the oldest first: new ones, and those whose worker is gone."""
        left = Q(status=Status.RUNNING, leased_until__lt=timezone.now())
        return self.filter(Q(status=Status.CREATED) | left).order_by("id")


class Job(models.Model):
    """One piece of long work. The row is the truth: a worker that takes it goes on from there.

    `arguments` say what to do, `frozen` may hold the images it is about as they were found when it
    was asked for, `checkpoint` is what the work itself wrote down of how far it has come.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="jobs")
    public_id = models.CharField(max_length=20, unique=True, default=new_public_id)
    kind = models.CharField(max_length=40)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    api_key = models.ForeignKey(
        "accounts.ApiKey", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    arguments = models.JSONField(default=dict)
    frozen = models.BinaryField(default=bytes, editable=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.CREATED)
    stage = models.CharField(max_length=120, blank=True)
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    checkpoint = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    cancel_asked = models.BooleanField(default=False)
    # The worker at it, and until when it is taken to be there.
    worker = models.CharField(max_length=32, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.IntegerField(default=0)

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "-id"], name="jobs_newest_first"),
            models.Index(fields=["id"], name="jobs_under_way", condition=Q(status__in=UNDER_WAY)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def who(self) -> User | ApiKey | None:
        """The person or the program that asked for it; None is the server, or who is gone."""
        return self.by or self.api_key

    @property
    def under_way(self) -> bool:
        return self.status in UNDER_WAY

    @property
    def percent(self) -> int:
        """How much of it is done, rounded down; 0 where nobody knows how much there is."""
        return 100 * min(self.done, self.total) // self.total if self.total else 0

    @property
    def count(self) -> str:
        """How much of it is done, as people read it; empty where nobody knows how much there is."""
        return f"{self.done:,} of {self.total:,}" if self.total else ""


class Tick(models.Model):
    """When something that is done again and again is due next."""

    name = models.CharField(max_length=60, primary_key=True)
    due_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
