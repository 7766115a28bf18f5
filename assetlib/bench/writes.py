"""Time what changes the library: one edit, a bulk set, the metadata of images that come in."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from io import BytesIO
from time import perf_counter, sleep, time
from typing import Any

from django.db import connection

from assetlib.accounts.models import User, Workspace
from assetlib.bench.measure import Timing, timing
from assetlib.bench.plan import Plan
from assetlib.changes.act import act
from assetlib.changes.models import ActKind, ChangeSet, Origin
from assetlib.changes.undo import Undone, undo_by_size
from assetlib.jobs.kinds import kinds
from assetlib.jobs.worker import work_off
from assetlib.search.find import find
from images.camera import Camera
from images.ingest import Examined, add_many
from images.models import Brief, Format, Image
from metadata.annotate import annotate
from metadata.edits import Edit
from metadata.values import Value, from_json

BULK_BATCH, INGEST_BATCH, MOST_INGESTED = 1_000, 500, 5_000
# Every so many images are in the bulk set: it is spread over the library, as a query's matches are.
EVERY = 10


class NotFoundError(Exception):
    """A search did not find what was written just before."""


def single_edits(workspace: Workspace, by: User, rounds: int) -> tuple[Timing, Timing]:
    """Return the times of edits of one image each, and of the searches that must find each."""
    edits, searches = [], []
    images = _some(workspace, rounds)
    for number, image in enumerate(images):
        # By turns a number of a common key, and a string that is new to the dictionary.
        key = ("quality_score", "operator")[number % 2]
        value: float | str = (1_000.5 + number, f"bench {number}")[number % 2]
        start = perf_counter()
        with act(workspace, by=by, origin=Origin.USER, kind=ActKind.EDIT) as acting:
            annotate(acting, [Edit(image, set={key: from_json(value)})])
        edited = perf_counter()
        found = find(workspace, f'{key}:"{value}"' if number % 2 else f"{key}:{value}")
        searches.append(perf_counter() - edited)
        edits.append(edited - start)
        if [each.pk for each in found.images] != [image.pk]:
            raise NotFoundError(f"{key}:{value} found {found.total} images")
    return timing(edits), timing(searches)


def bulk_set(workspace: Workspace, by: User) -> dict[str, Any]:
    """Set one key on a tenth of the images; return seconds, and the times of the transactions."""
    into: ChangeSet | None = None
    said = {"bench_bulk": from_json("yes")}
    times, count = [], 0
    start = perf_counter()
    for images in _batches(workspace):
        began = perf_counter()
        with act(workspace, by=by, origin=Origin.USER, kind=ActKind.EDIT, into=into) as acting:
            annotate(acting, [Edit(image, set=said) for image in images])
        times.append(perf_counter() - began)
        into = acting.change_set
        count += len(images)
    seconds = perf_counter() - start
    return {"images": count, "seconds": seconds, "transactions": timing(times)}


def undo_bulk(workspace: Workspace, by: User) -> dict[str, Any]:
    """Undo what was done last, the bulk set, as the worker does; return images and seconds."""
    change_set = workspace.change_sets.latest("pk")
    # A worker has loaded all it can do long before it is asked.
    kinds()
    start = perf_counter()
    if not isinstance(undo_by_size(change_set, by=by), Undone):
        work_off()
    return {"images": change_set.image_count, "seconds": perf_counter() - start}


def _batches(workspace: Workspace) -> Iterator[list[Brief]]:
    """Yield a tenth of the images, rising by ord, as many at a time as are written at once."""
    span = BULK_BATCH * EVERY
    alive = workspace.images.alive()
    for start in range(0, workspace.next_ord, span):
        ords = range(start + 3, min(start + span, workspace.next_ord), EVERY)
        if images := list(alive.at(ords).order_by("ord").brief()):
            yield images


def ingest(workspace: Workspace, by: User, plan: Plan) -> dict[str, Any]:
    """Take images in, with ten entries and three tags each; return images a second.

    Their files are not looked at: what is timed is all that is written of them. The first
    transaction warms what the others find warm, and is not counted.
    """
    count = min(max(plan.images // 20, 100), MOST_INGESTED)
    batch = min(INGEST_BATCH, count // 2)
    first = workspace.next_ord
    into: ChangeSet | None = None
    times: list[float] = []
    for start in range(first, first + count, batch):
        numbers = range(start, min(start + batch, first + count))
        files = [_examined(plan, number) for number in numbers]
        arrivals = [_arrival(number) for number in numbers]
        began = perf_counter()
        with act(workspace, by=by, origin=Origin.IMPORT, kind=ActKind.IMPORT, into=into) as acting:
            added = add_many(acting, files)
            annotate(
                acting,
                [
                    Edit(each.image, set=entries, add_tags=tags)
                    for each, (entries, tags) in zip(added, arrivals, strict=True)
                ],
            )
        times.append(perf_counter() - began)
        into = acting.change_set
    warm = times[1:]
    return {
        "images": count,
        "per_second": (count - batch) / sum(warm),
        "transactions": timing(warm),
    }


def _examined(plan: Plan, number: int) -> Examined:
    digest = hashlib.sha256(f"ingest {plan.seed} {number}".encode()).hexdigest()
    camera = Camera({}, 1, None)
    name = f"arrival_{number:07}.jpg"
    return Examined(BytesIO(), name, digest, Format.JPEG, 300_000, 1_920, 1_080, camera)


def _arrival(n: int) -> tuple[dict[str, Value], list[str]]:
    """Return the entries and tags of the nth image."""
    said: dict[str, float | str] = {
        "serial": f"NEW-{n:08}",
        "camera_id": f"cam{n % 40:02}",
        "quality_score": n % 1_000 / 10,
        "site": ("Berlin", "Lyon", "Porto")[n % 3],
        "reviewed": n % 3 == 0,
        "line": n % 8 + 1,
        "temperature": 15 + n % 130 / 10,
        "shift": ("early", "late", "night")[n % 3],
        "part": f"P-{1_000 + n % 300}",
        "station": f"st-{n % 120:03}",
    }
    tags = ["night", f"forklift-{n % 40 + 100}", f"pallet-{n % 200 + 100}"]
    return {key: from_json(value) for key, value in said.items()}, tags


def _some(workspace: Workspace, count: int) -> list[Image]:
    """Return images from all over the library."""
    step = max(workspace.next_ord // (count + 1), 1)
    ords = [place for at in range(1, count + 1) for place in (at * step, at * step + 1)]
    # One of two neighbours may lie in the trash.
    found = {image.ord: image for image in workspace.images.alive().at(ords)}
    picked = [found.get(ords[i]) or found.get(ords[i + 1]) for i in range(0, len(ords), 2)]
    return list({image.pk: image for image in picked if image is not None}.values())


def writer(workspace: Workspace, by: User, edits: int, start_at: float) -> dict[str, Any]:
    """Edit one image after another, as one of several processes that begin together."""
    images = _some(workspace, edits)
    mine = os.getpid()
    sleep(max(0.0, start_at - time()))
    times, errors, began = [], 0, time()
    for number, image in enumerate(images):
        start = perf_counter()
        try:
            with act(workspace, by=by, origin=Origin.USER, kind=ActKind.EDIT) as acting:
                annotate(acting, [Edit(image, set={"bench_writer": from_json(f"{mine} {number}")})])
        except Exception:  # noqa: BLE001 -- that none fails is what is measured
            errors += 1
            continue
        times.append(perf_counter() - start)
    connection.close()
    return {"times": times, "errors": errors, "began": began, "ended": time()}
