"""What a mirror's runs cost, beside bare boto3 asking the same bucket from as many threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from django.conf import settings

from assetlib.jobs.worker import work_off
from assetlib.mirror.bucket.client import client_of
from assetlib.mirror.models import Mirror, Run
from assetlib.mirror.runs import enqueue_run
from assetlib.mirror.work import said_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# What can be done again is timed so often; what is told is the median.
TIMES = 3


@dataclass(frozen=True, slots=True)
class Measured:
    """Something timed: how many objects in how many seconds, and what is said of it."""

    name: str
    objects: int
    seconds: float
    said: str = ""

    def __str__(self) -> str:
        rate = self.objects / self.seconds if self.seconds else 0.0
        took = f"{self.seconds:.2f} s, {rate:,.0f}/s"
        return f"{self.name}: {self.objects:,} objects, {took}{self.said}"


def measure(mirror: Mirror) -> Iterator[Measured]:
    """Yield bare reading, a run that brings what is not there yet, bare listing, and runs again."""
    client = client_of(mirror.credential, connections=settings.MIRROR_READS, bare=True)
    bare = _Bare(mirror, client)
    paths = bare.list()
    reading = median(_seconds(bare.read) for _ in range(TIMES))
    yield Measured("bare reading", len(paths), reading)
    first = _run(mirror)
    yield Measured("run", len(paths), first.seconds, first.beside(reading, "bare reading"))
    # By turns, so that what else the machine does falls on both.
    pairs = [(_seconds(bare.list), _run(mirror)) for _ in range(TIMES)]
    listing = median(seconds for seconds, _ in pairs)
    yield Measured("bare listing", len(paths), listing)
    again = sorted((run for _, run in pairs), key=lambda run: run.seconds)[TIMES // 2]
    yield Measured("run again", len(paths), again.seconds, again.beside(listing, "bare listing"))


class _Bare:
    """What boto3 does of itself."""

    def __init__(self, mirror: Mirror, client: S3Client) -> None:
        self._client, self._mirror = client, mirror
        self._paths: list[str] = []

    def list(self) -> list[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._mirror.bucket, Prefix=self._mirror.prefix
        )
        self._paths = [each["Key"] for page in pages for each in page.get("Contents", ())]
        return self._paths

    def read(self) -> None:
        with ThreadPoolExecutor(settings.MIRROR_READS) as pool:
            sum(pool.map(self._read, self._paths))

    def _read(self, path: str) -> int:
        answer = self._client.get_object(Bucket=self._mirror.bucket, Key=path)
        return len(answer["Body"].read())


@dataclass(frozen=True, slots=True)
class _Ran:
    seconds: float
    waited: float
    said: str

    def beside(self, bare: float, name: str) -> str:
        times, share = self.seconds / bare, bare / self.seconds
        waited = f"{self.waited / self.seconds:.0%} of it waiting for the bucket"
        return f"; {times:.2f} times {name} ({share:.0%} of its rate), {waited}. {self.said}"


def _run(mirror: Mirror) -> _Ran:
    run = enqueue_run(mirror, by=None)
    seconds = _seconds(lambda: work_off(only=run.job))
    run = Run.objects.select_related("job").get(pk=run.pk)
    waited = run.job.result.get("waited", 0.0) if run.job else 0.0
    return _Ran(seconds, waited, said_of(run.counters))


def _seconds(deed: Callable[[], object]) -> float:
    begun = perf_counter()
    deed()
    return perf_counter() - begun
