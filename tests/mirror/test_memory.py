"""What a whole run keeps in memory does not grow with the bucket."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import pytest
from django.utils import timezone

from assetlib.bench.tables import moment, put
from assetlib.jobs.worker import work_off
from assetlib.mirror.bucket import Bucket
from assetlib.mirror.listing import Listed
from assetlib.mirror.models import Mirror
from assetlib.mirror.runs import enqueue_run

pytestmark = pytest.mark.django_db

FEW, MANY, PAGE, MB = 6_000, 60_000, 500, 1 << 20
IMAGE = (
    "id workspace_id ord public_id filename sha256 format size width height orientation camera"
    " uploaded_at origin updated_at metadata_version"
)
ROW = (
    "mirror_id path etag size sidecar_path sidecar_etag said held applied image_id outcome reason"
    " remarks at"
)


def follow(mirror: Mirror, numbers: range) -> None:
    """Have the ledger know these images with sidecars, as an earlier run has left them."""
    at, workspace = moment(timezone.now()), mirror.workspace
    named = [(n, f"{n:07}") for n in numbers]
    put(
        "images_image",
        IMAGE,
        [
            (
                n,
                workspace.pk,
                n - 1,
                name,
                f"{name}.png",
                name,
                "png",
                9,
                8,
                6,
                1,
                "{}",
                at,
                "bucket",
                at,
                0,
            )
            for n, name in named
        ],
    )
    put(
        "mirror_ledgerrow",
        ROW,
        [
            (
                mirror.pk,
                f"{name}.png",
                "e",
                9,
                f"{name}.json",
                "s",
                "{}",
                "",
                mirror.strategy,
                n,
                "synced",
                "",
                "",
                at,
            )
            for n, name in named
        ],
    )
    workspace.next_ord = numbers.stop
    workspace.save(update_fields=["next_ord"])


def listing(count: int) -> Iterator[list[Listed]]:
    """Yield the pages of such a bucket, made as they are asked for."""
    for start in range(1, count + 1, PAGE):
        names = [f"{n:07}" for n in range(start, min(start + PAGE, count + 1))]
        yield [
            each
            for name in names
            for each in (Listed(f"{name}.json", "s", 2, 0.0), Listed(f"{name}.png", "e", 9, 0.0))
        ]


def test_a_run_over_ten_times_as_many_objects_needs_no_more_memory(
    mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow(mirror, range(1, FEW + 1))
    few = peak_of_a_run(mirror, FEW, monkeypatch)

    follow(mirror, range(FEW + 1, MANY + 1))
    many = peak_of_a_run(mirror, MANY, monkeypatch)

    assert many < few + 4 * MB


def peak_of_a_run(mirror: Mirror, count: int, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(Bucket, "pages", lambda _bucket: listing(count))
    run = enqueue_run(mirror, by=None)
    tracemalloc.start()
    work_off()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    run.refresh_from_db()
    assert run.counters["unchanged"] == count
    return peak
