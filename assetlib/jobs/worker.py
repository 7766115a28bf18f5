"""Take jobs and do them, one after the other, until told to stop."""

from __future__ import annotations

import logging
import secrets
import threading
from typing import Any

from django.db import close_old_connections, connection, connections, transaction
from django.db.models import F
from django.utils import timezone

from assetlib.jobs.kinds import kinds, quick_kinds
from assetlib.jobs.models import Job, Status
from assetlib.jobs.periodic import run_until
from assetlib.jobs.queue import end
from assetlib.jobs.run import (
    CancelledError,
    JobFailedError,
    LostError,
    Run,
    StoppedError,
    lease_end,
)
from assetlib.rows.checkpoints import checkpoint_until

logger = logging.getLogger(__name__)

# How many jobs a worker does at once: an export need not wait for the end of a mirror's run.
LONG = 2
# Seconds between two looks at an empty queue.
IDLE = 0.5
# A job whose worker was killed this often may well be what kills it.
MOST_ATTEMPTS = 5
WRONG = "Something went wrong in the server; its log says what."
INTERRUPTED = f"The server ended in the middle of it {MOST_ATTEMPTS} times."


def work_off(
    stopping: threading.Event | None = None, *, only_quick: bool = False, only: Job | None = None
) -> int:
    """Do what waits, or `only` that job, until nothing is left; return how many jobs were taken."""
    stopping = stopping or threading.Event()
    taken = 0
    while not stopping.is_set() and (job := _claim(only_quick=only_quick, only=only)):
        taken += 1
        _do(Run(job, stopping))
    return taken


def work_until(stopping: threading.Event, *, only_quick: bool = False) -> None:
    """Do what waits and what will be asked for, until told to stop."""
    while not stopping.is_set():
        try:
            close_old_connections()
            work_off(stopping, only_quick=only_quick)
        except Exception:
            # A database that is away for a while must not end the worker.
            logger.exception("The worker could not look for jobs.")
            connection.close()
            stopping.wait(IDLE * 10)
        stopping.wait(IDLE)
    connections.close_all()


def in_threads(stopping: threading.Event, long: int = LONG) -> list[threading.Thread]:
    """Start the worker's hands: so many for all work, one never at long work, one at the clock.

    One more copies what SQLite has logged.
    """
    hands = [
        threading.Thread(target=work_until, args=(stopping,), kwargs={"only_quick": quick})
        for quick in (*[False] * long, True)
    ]
    hands += [
        threading.Thread(target=target, args=(stopping,))
        for target in (run_until, checkpoint_until)
    ]
    for hand in hands:
        hand.start()
    return hands


def _claim(*, only_quick: bool, only: Job | None = None) -> Job | None:
    """Take the oldest job that waits."""
    waiting = Job.objects.waiting().filter(kind__in=quick_kinds() if only_quick else kinds())
    if only is not None:
        waiting = waiting.filter(pk=only.pk)
    skip = connection.features.has_select_for_update_skip_locked
    # Looked for without a transaction: on SQLite whoever opens one is the only writer.
    while waiting.exists():
        with transaction.atomic():
            job = waiting.select_for_update(skip_locked=skip).first()
            if job is None:
                return None
            if job.cancel_asked:
                end(job, Status.CANCELLED)
            elif job.attempts >= MOST_ATTEMPTS:
                end(job, Status.FAILED, error=INTERRUPTED)
            else:
                return _taken(job)
    return None


def _taken(job: Job) -> Job:
    job.status, job.worker, job.leased_until = Status.RUNNING, secrets.token_hex(8), lease_end()
    job.started_at = job.started_at or timezone.now()
    job.attempts += 1
    job.save(update_fields=["status", "worker", "leased_until", "started_at", "attempts"])
    return job


def _do(run: Run) -> None:
    job = run.job
    try:
        with run.kept_alive():
            result = kinds()[job.kind].work(run)
    except CancelledError:
        _end(job, Status.CANCELLED)
    except StoppedError:
        _leave(job)
    except LostError:
        logger.warning("%s is in the hands of another worker.", job)
    except JobFailedError as problem:
        _end(job, Status.FAILED, error=str(problem))
    except Exception:
        logger.exception("%s failed.", job)
        _end(job, Status.FAILED, error=WRONG)
    else:
        _end(job, Status.DONE, result=result)


def _end(job: Job, status: Status, **said: Any) -> None:
    with transaction.atomic():
        row = Job.objects.select_for_update().filter(pk=job.pk, worker=job.worker).first()
        if row is not None:
            end(row, status, **said)


def _leave(job: Job) -> None:
    """Let the next worker go on with the job at once; that it was left is no failed attempt."""
    Job.objects.filter(pk=job.pk, worker=job.worker).update(
        status=Status.CREATED, worker="", leased_until=None, attempts=F("attempts") - 1
    )
