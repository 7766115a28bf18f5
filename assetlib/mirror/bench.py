"""What a mirror's runs cost, beside bare requests to the same bucket from as many threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter

from django.conf import settings

from assetlib.jobs.worker import work_off
from assetlib.mirror.models import Mirror, Run
from assetlib.mirror.runs import enqueue_run
from assetlib.mirror.work import bucket_of, said_of


@dataclass(frozen=True, slots=True)
class Measured:
    """Something timed: how many objects in how many seconds, and what came of them."""

    name: str
    objects: int
    seconds: float
    said: str = ""

    @property
    def rate(self) -> float:
        return self.objects / self.seconds if self.seconds else 0.0

    def __str__(self) -> str:
        took = f"{self.seconds:.1f} s, {self.rate:,.0f}/s"
        return f"{self.name}: {self.objects:,} objects, {took} {self.said}".rstrip()


def measure(mirror: Mirror) -> Iterator[Measured]:
    """Yield bare listing, bare reading, and two runs; the first brings what is not there yet."""
    bucket = bucket_of(mirror)
    paths: list[str] = []

    def list_all() -> int:
        paths.extend(each.path for page in bucket.pages() for each in page)
        return len(paths)

    def read_all() -> int:
        with ThreadPoolExecutor(settings.MIRROR_READS) as pool:
            return sum(1 for _ in pool.map(bucket.read, paths))

    listing = _timed("bare listing", list_all)
    yield listing
    reading = _timed("bare reading", read_all)
    yield reading
    for name, bare in (("run", reading), ("run again", listing)):
        yield _run(mirror, name, len(paths), bare)


def _timed(name: str, count: Callable[[], int]) -> Measured:
    begun = perf_counter()
    objects = count()
    return Measured(name, objects, perf_counter() - begun)


def _run(mirror: Mirror, name: str, objects: int, bare: Measured) -> Measured:
    run = enqueue_run(mirror, by=None)
    begun = perf_counter()
    work_off(only=run.job)
    seconds = perf_counter() - begun
    counters = Run.objects.get(pk=run.pk).counters
    share = f"({bare.seconds / seconds:.0%} of the time is {bare.name})"
    return Measured(name, objects, seconds, f"{share} {said_of(counters)}")
