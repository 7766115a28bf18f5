"""Jobs: done once, called off, gone on with, whoever is killed in the middle."""

from __future__ import annotations

import random
import threading
from datetime import timedelta
from time import sleep

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

from assetlib.accounts.models import User, Workspace
from assetlib.jobs.models import Job, Status
from assetlib.jobs.queue import cancel, enqueue, retry
from assetlib.jobs.run import LostError, Run
from assetlib.jobs.worker import MOST_ATTEMPTS, work_off
from metadata.models import Entry
from tests.factories import make_image
from tests.jobs import work
from tests.search.processes import running


def asked(workspace: Workspace, kind: str = "count", by: User | None = None, **said: float) -> Job:
    if not workspace.images.exists():
        make_image(workspace)
    return enqueue(workspace, kind, {"times": 5} | said, by=by)


def counted() -> float:
    entry = Entry.objects.filter(key__name="n").first()
    return 0 if entry is None else entry.number or 0


def test_a_job_is_done_and_says_so(workspace: Workspace, editor: User) -> None:
    job = asked(workspace, by=editor)
    assert job.status == Status.CREATED

    assert work_off() == 1

    job.refresh_from_db()
    assert (job.status, job.done, job.total) == (Status.DONE, 5, 5)
    assert job.result == {"said": "Counted to 5."}
    assert job.who == editor
    assert job.finished_at is not None
    assert counted() == 5
    assert work.ENDED == ["done"]
    assert work_off() == 0


def test_a_kind_that_is_none_is_refused(workspace: Workspace) -> None:
    with pytest.raises(ValueError, match="no kind of job called 'sing'"):
        enqueue(workspace, "sing", {}, by=None)


def test_what_waits_is_cancelled_at_once(workspace: Workspace) -> None:
    job = asked(workspace)

    assert cancel(job)
    assert work_off() == 0

    job.refresh_from_db()
    assert job.status == Status.CANCELLED
    assert work.ENDED == ["cancelled"]
    assert not cancel(job)


def test_what_runs_stops_at_its_next_step_and_goes_on_when_asked(workspace: Workspace) -> None:
    job = asked(workspace, cancelled_at=3)

    work_off()

    job.refresh_from_db()
    assert (job.status, job.done, counted()) == (Status.CANCELLED, 3, 3)
    job.arguments = {"times": 5}
    job.save()
    assert retry(job)
    work_off()
    job.refresh_from_db()
    assert (job.status, counted()) == (Status.DONE, 5)
    assert not retry(job)


def test_a_worker_told_to_end_leaves_the_job_to_the_next(workspace: Workspace) -> None:
    job = asked(workspace, stopped_at=2)

    work_off(threading.Event())

    job.refresh_from_db()
    assert (job.status, job.attempts, counted()) == (Status.CREATED, 0, 2)
    job.arguments = {"times": 5}
    job.save()
    work_off()
    assert counted() == 5


def test_why_a_job_failed_is_told_and_a_crash_tells_no_secrets(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    failed, crashed = asked(workspace, "fail"), asked(workspace, "crash")

    work_off()

    failed.refresh_from_db()
    crashed.refresh_from_db()
    assert (failed.status, failed.error) == (Status.FAILED, "There is nothing to count.")
    assert (crashed.status, "its log" in crashed.error) == (Status.FAILED, True)
    assert "ZeroDivisionError" in caplog.text


def test_quick_work_does_not_wait_behind_long_work(workspace: Workspace) -> None:
    long, quick = asked(workspace), asked(workspace, "quick")

    assert work_off(only_quick=True) == 1

    long.refresh_from_db()
    quick.refresh_from_db()
    assert (long.status, quick.status) == (Status.CREATED, Status.DONE)


def test_a_job_that_kills_its_workers_is_given_up(workspace: Workspace) -> None:
    job = asked(workspace)
    gone = {"status": Status.RUNNING, "leased_until": timezone.now() - timedelta(seconds=1)}
    Job.objects.filter(pk=job.pk).update(**gone, attempts=MOST_ATTEMPTS)

    assert work_off() == 0

    job.refresh_from_db()
    assert job.status == Status.FAILED
    assert work.ENDED == ["failed"]


def test_a_worker_that_lost_its_lease_writes_nothing_more(workspace: Workspace) -> None:
    job = asked(workspace)
    Job.objects.filter(pk=job.pk).update(status=Status.RUNNING, worker="the other")
    job.worker = "this one"

    with pytest.raises(LostError):
        work.count(Run(job))

    assert counted() == 0


def test_a_job_that_another_worker_holds_is_not_taken(workspace: Workspace) -> None:
    job = asked(workspace)
    later = timezone.now() + timedelta(seconds=30)
    Job.objects.filter(pk=job.pk).update(status=Status.RUNNING, leased_until=later)

    assert work_off() == 0


def test_one_asked_for_in_a_transaction_that_fails_is_none(workspace: Workspace) -> None:
    with transaction.atomic():
        asked(workspace)
        transaction.set_rollback(True)

    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_whoever_is_killed_whenever_each_step_is_done_once(
    workspace: Workspace, settings: Settings
) -> None:
    settings.JOB_LEASE_SECONDS = 1
    chance = random.Random(5)  # noqa: S311 -- to be the same again
    job = asked(workspace, times=40, pause=0.01)
    for _ in range(4):
        with running(work_off):
            sleep(chance.uniform(0.05, 0.4))
        # The lease must end before anybody else takes the job; this is no failed attempt of ours.
        Job.objects.filter(pk=job.pk).update(attempts=0)
        sleep(1.1)

    with running(work_off) as first, running(work_off) as second:
        first.join(30)
        second.join(30)

    connection.close()
    job.refresh_from_db()
    assert (job.status, job.done, counted()) == (Status.DONE, 40, 40)


@pytest.mark.django_db(transaction=True)
def test_a_lease_lasts_as_long_as_its_worker(workspace: Workspace, settings: Settings) -> None:
    settings.JOB_LEASE_SECONDS = 1
    job = asked(workspace, times=1, pause=2.5)
    with running(work_off) as worker:
        sleep(2)
        # One step takes longer than the lease, which a thread beside it renews.
        assert work_off() == 0
        worker.join(20)

    connection.close()
    job.refresh_from_db()
    assert (job.status, counted()) == (Status.DONE, 1)


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_each_job_has_one(workspace: Workspace) -> None:
    jobs = [asked(workspace, times=2) for _ in range(12)]
    with (
        running(work_off) as one,
        running(work_off) as two,
        running(work_off) as three,
        running(work_off) as four,
    ):
        for worker in (one, two, three, four):
            worker.join(60)

    connection.close()
    assert Job.objects.filter(status=Status.DONE, attempts=1).count() == len(jobs)
    assert counted() == 2 * len(jobs)
