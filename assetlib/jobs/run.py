"""One job in the hands of one worker.

The lease says that the worker is there; a thread beside the work renews it. A worker that is killed
renews nothing, so another takes the job. Nothing is done twice: a step of the work commits together
with its checkpoint, and only while the lease is this worker's.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

from assetlib.accounts.models import ApiKey, User, Workspace
from assetlib.jobs.models import Job, Status

logger = logging.getLogger(__name__)

# The lease is renewed this many times before it would end.
RENEWALS = 4


class JobFailedError(Exception):
    """The work cannot be done; the text tells the person why."""


class CancelledError(Exception):
    """Somebody called the job off: the work lets this pass."""


class StoppedError(Exception):
    """The worker is told to end; the job waits for the next one, with its checkpoint."""


class LostError(Exception):
    """Another worker has the job by now."""


@dataclass(slots=True)
class Run:
    """What the work of a job is given."""

    job: Job
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def workspace(self) -> Workspace:
        return self.job.workspace

    @property
    def by(self) -> User | ApiKey | None:
        return self.job.who

    @property
    def arguments(self) -> dict[str, Any]:
        return dict(self.job.arguments)

    @property
    def checkpoint(self) -> dict[str, Any]:
        """What `proceed` last wrote down; empty at first."""
        return dict(self.job.checkpoint)

    def proceed(
        self,
        done: int | None = None,
        *,
        total: int | None = None,
        stage: str | None = None,
        checkpoint: dict[str, Any] | None = None,
    ) -> None:
        """Write down how far the work has come; inside a transaction it holds when that commits.

        Raises CancelledError, StoppedError or LostError, for which a transaction is rolled back.
        """
        if self.stopping.is_set():
            raise StoppedError
        said = {"done": done, "total": total, "stage": stage, "checkpoint": checkpoint}
        news = {name: value for name, value in said.items() if value is not None}
        mine = Job.objects.filter(pk=self.job.pk, worker=self.job.worker, status=Status.RUNNING)
        if not mine.filter(cancel_asked=False).update(leased_until=lease_end(), **news):
            raise CancelledError if mine.exists() else LostError
        for name, value in news.items():
            setattr(self.job, name, value)

    @contextmanager
    def kept_alive(self) -> Iterator[None]:
        """Renew the lease from a thread, for as long as the block runs."""
        over = threading.Event()
        thread = threading.Thread(target=self._renew, args=(over,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _renew(self, over: threading.Event) -> None:
        mine = Job.objects.filter(pk=self.job.pk, worker=self.job.worker, status=Status.RUNNING)
        try:
            while not over.wait(settings.JOB_LEASE_SECONDS / RENEWALS):
                try:
                    mine.update(leased_until=lease_end())
                except DatabaseError:
                    # Busy for once: the lease lasts until it is renewed next.
                    logger.warning("The lease of %s could not be renewed.", self.job)
        finally:
            connections.close_all()


def lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
