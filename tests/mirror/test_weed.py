"""Runs against a real S3 server: what they cost there, and that whoever is killed goes on.

As the server lists `a/x` before `a-b`, a bucket of its is also one that lists in no order.
"""

from __future__ import annotations

import os
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep

import pytest
from django.core.management import call_command
from pytest_django import Settings

from assetlib.accounts.models import Workspace
from assetlib.changes.models import ChangeSet
from assetlib.jobs.models import Job
from assetlib.jobs.worker import work_off
from assetlib.mirror.models import Mirror, Orphans, RunState
from assetlib.mirror.runs import enqueue_run
from images.models import Image
from metadata.shown import held_by
from tests.factories import make_mirror, make_workspace
from tests.mirror.shelf import Shelf, done, ran
from tests.mirror.weed import Weed, serving
from tests.search.processes import running

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("ASSETLIB_REQUIRE_S3" not in os.environ, reason="needs an S3 server"),
]
OBJECTS = int(os.environ.get("ASSETLIB_REQUIRE_S3") or 0)
# Enough that a run goes on through the twenty kills; most of the time is theirs, not the objects'.
KILLED = 2_000
KILLS = 20
PATIENCE = 20


@pytest.fixture(scope="module")
def weed() -> Iterator[Weed]:
    with serving() as weed:
        yield weed


@pytest.fixture
def private(settings: Settings) -> Settings:
    settings.MIRROR_PRIVATE = True
    return settings


def path_of(number: int) -> str:
    # Folders and files of one name, and dashes: what the server lists in an order of its own.
    return f"raw/day-{number % 7}{'/in' * (number % 3)}/{number:05}.png"


def fill(weed: Weed, bucket: str, count: int) -> Shelf:
    client = weed.client
    client.create_bucket(Bucket=bucket)
    shelf = Shelf(client, bucket)

    def put(number: int) -> None:
        path = path_of(number)
        shelf.put(path, number)
        said = {"camera": {"id": f"cam{number % 9}"}, "score": number / 8, "night": number % 2 == 0}
        shelf.say(path.replace(".png", ".json"), said)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(put, range(count)))
    return shelf


def mirror_of(workspace: Workspace, weed: Weed, bucket: str) -> Mirror:
    return make_mirror(workspace, bucket, endpoint_url=weed.endpoint)


def test_what_runs_cost(weed: Weed, workspace: Workspace, private: Settings) -> None:
    shelf, mirror = fill(weed, "costs", OBJECTS), mirror_of(workspace, weed, "costs")

    def pages(without: int = 0) -> int:
        """Return how many requests list all but so many objects."""
        return -(-(2 * OBJECTS - without) // 1_000)

    def costs(**expected: int) -> dict[str, int]:
        """Run, and return what the server was asked."""
        before = weed.requests("costs")
        run = ran(mirror)
        assert (run.state, run.counters) == (RunState.COMPLETED, expected)
        after = weed.requests("costs")
        # Of every kind, so that one that nobody thought of would be seen.
        return dict(Counter(after) - Counter(before))

    assert costs(new=OBJECTS) == {"LIST": pages(), "GET": 2 * OBJECTS}
    assert Image.objects.count() == OBJECTS
    assert costs(unchanged=OBJECTS) == {"LIST": pages()}

    for number in range(100):
        shelf.say(path_of(number).replace(".png", ".json"), {"score": -1})
    assert costs(metadata=100, unchanged=OBJECTS - 100) == {"LIST": pages(), "GET": 100}

    shelf.drop(path_of(0))
    shelf.drop(path_of(0).replace(".png", ".json"))
    assert costs(gone=1, unchanged=OBJECTS - 1) == {"LIST": pages(2)}
    assert Image.objects.alive().count() == OBJECTS
    mirror.orphans = Orphans.REMOVE
    mirror.save()
    shelf.drop(path_of(1))
    shelf.drop(path_of(1).replace(".png", ".json"))
    assert costs(gone=1, removed=1, unchanged=OBJECTS - 2) == {"LIST": pages(4)}
    assert Image.objects.alive().count() == OBJECTS - 1
    shelf.put(path_of(1), 1)
    assert costs(known=1, unchanged=OBJECTS - 2) == {"LIST": pages(3), "GET": 1}
    assert Image.objects.alive().count() == OBJECTS


def library(mirror: Mirror) -> dict[str, object]:
    """Return what the mirror has brought, by path."""
    rows = list(mirror.ledger.select_related("image").order_by("path"))
    images = [row.image_id for row in rows if row.image_id is not None]
    metadata = held_by(images)
    bases = {base.image_id: base.names for base in mirror.bases.all()}
    paths: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        paths[row.image_id or 0].append(row.path)
    return {
        row.path: (
            (row.outcome, row.reason, row.applied, row.said, row.sidecar_path),
            (row.image.sha256, row.image.filename, row.image.origin, paths[row.image.pk]),
            {
                key: (each.value, each.origin, each.mirror == mirror.pk)
                for key, each in metadata[row.image.pk].items()
            },
            bases.get(row.image.pk),
        )
        for row in rows
        if row.image is not None
    }


def wait_for(mirror: Mirror, rows: int) -> None:
    deadline = monotonic() + PATIENCE
    while mirror.ledger.count() < rows and monotonic() < deadline:
        sleep(0.02)


def test_a_run_that_is_killed_twenty_times_ends_as_one_that_is_not(
    weed: Weed, workspace: Workspace, private: Settings
) -> None:
    count = min(OBJECTS, KILLED)
    shelf = fill(weed, "kills", count)
    for number in range(0, count, 10):
        # Some paths have the bytes of others.
        shelf.put(path_of(number), number + 1)
    undisturbed = mirror_of(make_workspace("undisturbed"), weed, "kills")
    # Sidecars of the same bytes contradict each other, and are told.
    assert ran(undisturbed).state == RunState.PROBLEMS
    mirror = mirror_of(workspace, weed, "kills")
    private.JOB_LEASE_SECONDS = 1
    chance = random.Random(7)  # noqa: S311 -- to be the same again
    run = enqueue_run(mirror, by=None)

    written = []
    for kill in range(KILLS):
        with running(work_off):
            # Every other one once some more is written, so that they lie all over the run.
            wait_for(mirror, count * kill // KILLS if kill % 2 else 0)
            sleep(chance.uniform(0.0, 0.6))
        # The lease must end before anybody else takes the job; this is no failed attempt of ours.
        Job.objects.update(attempts=0)
        written.append(mirror.ledger.count())
        sleep(1.1)
    run = done(run)

    assert (run.state, run.message) == (RunState.PROBLEMS, "")
    # Killed before the first, after some, and perhaps after the last.
    assert any(0 < rows < count for rows in written)
    assert library(mirror) == library(undisturbed)
    assert mirror.workspace.images.count() == undisturbed.workspace.images.count()
    assert run.change_set is not None
    assert ChangeSet.objects.filter(workspace=workspace).get() == run.change_set
    assert run.change_set.image_count == mirror.workspace.images.count()
    call_command("doctor")
