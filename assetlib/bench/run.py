"""The steps of a bench, each in a process of its own, and all of them in order.

The database is chosen by settings, which are fixed when a process starts; and a first query can be
measured only once in each.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from time import perf_counter, time
from typing import Any

from assetlib.accounts.models import User, Workspace
from assetlib.bench import http, writes
from assetlib.bench.cases import Case, cases, mixed
from assetlib.bench.databases import Place
from assetlib.bench.library import SLUG, USERNAME, build
from assetlib.bench.machine import database_version
from assetlib.bench.measure import Timing, cache_bytes, engine, failed, first_query, sizes, timing
from assetlib.bench.plan import Plan
from assetlib.rows.checkpoints import checkpoint_until

ROOT = Path(__file__).resolve().parent.parent.parent
STEP_SECONDS, WRITER_SECONDS = 3 * 3_600, 600
WRITERS, MOST_EDITS = 8, 50
# Time for each of them to start, two at once.
WRITER_STARTS = 0.6
CLIENTS, CROWD_ROUNDS = (1, 4, 8), 8

Progress = Callable[[str], None]
Result = dict[str, Any]


class StepError(Exception):
    """A step of the bench failed; it has said why."""


def bench(place: Place, rounds: int) -> Result:
    """Build the library unless it is there, measure a copy of it, and return all figures."""
    said = ["--images", str(place.images), "--seed", str(place.seed), "--rounds", str(rounds)]
    place.folder.mkdir(parents=True, exist_ok=True)
    built = _step("build", said, place.environment)
    with place.copied() as environment:
        first = _step("first", said, environment)
        measured = _step("measure", said, environment)
    return {"images": place.images, "seed": place.seed, **built, **first, **measured}


def _step(name: str, said: Sequence[str], environment: dict[str, str]) -> Result:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "result.json"
        command = [sys.executable, str(ROOT / "manage.py"), "bench", "--step", name]
        done = subprocess.run(  # noqa: S603 -- ourselves
            [*command, *said, "--out", str(out)],
            env=environment,
            stdout=sys.stderr,
            check=False,
            timeout=STEP_SECONDS,
        )
        if done.returncode or not out.exists():
            raise StepError(f"The step “{name}” failed.")
        result: Result = json.loads(out.read_text())
        return result


def step_build(plan: Plan, _rounds: int, progress: Progress) -> Result:
    start = perf_counter()
    build(plan, progress)
    return {"build_seconds": perf_counter() - start}


def step_first(_plan: Plan, _rounds: int, _progress: Progress) -> Result:
    return {"first_engine": _json(first_query(Workspace.objects.get(slug=SLUG)))}


def step_measure(plan: Plan, rounds: int, progress: Progress) -> Result:
    workspace, by = Workspace.objects.get(slug=SLUG), User.objects.get(username=USERNAME)
    result: Result = {"database": database_version(), "sizes": sizes(workspace)}
    asked = list(cases(plan, workspace, rounds))
    engines: list[Timing] = []
    for case in asked:
        progress(f"engine: {case.name}")
        engines.append(engine(workspace, case))
    result["cache_bytes"] = cache_bytes()
    served = _served(workspace, plan, asked, rounds, progress)
    result["cases"] = [
        {"name": case.name, "target": asdict(case.target), "engine": _json(alone), "http": over}
        for case, alone, over in zip(asked, engines, served.pop("cases"), strict=True)
    ]
    return result | served | _written(workspace, by, plan, rounds, progress)


def _served(
    workspace: Workspace, plan: Plan, asked: Sequence[Case], rounds: int, progress: Progress
) -> Result:
    """Measure the same through the server, then several at once, then the editor's form."""
    with http.served() as port:
        client = http.logged_in(port)
        result: Result = {"first_http": _json(http.first_page(client)), "cases": []}
        for case in asked:
            progress(f"HTTP: {case.name}")
            result["cases"].append(_json(http.over_http(client, case)))
        queries = mixed(plan, rounds * CROWD_ROUNDS)
        progress("HTTP: several at once")
        result["together"] = [http.together(client, queries, clients) for clients in CLIENTS]
        some = workspace.images.alive().order_by("sha256")[:rounds]
        edits = http.edits_over_http(client, [image.public_id for image in some])
        return result | {"web_edits": _json(edits)}


def _written(workspace: Workspace, by: User, plan: Plan, rounds: int, progress: Progress) -> Result:
    """Measure what changes the library, beside the thread that each worker has for SQLite's log."""
    over = threading.Event()
    copying = threading.Thread(target=checkpoint_until, args=(over,))
    copying.start()
    try:
        return _writes(workspace, by, plan, rounds, progress)
    finally:
        over.set()
        copying.join()


def _writes(workspace: Workspace, by: User, plan: Plan, rounds: int, progress: Progress) -> Result:
    progress("edits of single images")
    try:
        edits, searches = writes.single_edits(workspace, by, rounds)
    except writes.NotFoundError as problem:
        edits = searches = failed(problem)
    progress("bulk set")
    bulk = writes.bulk_set(workspace, by)
    progress("undo of the bulk set")
    undone = writes.undo_bulk(workspace, by)
    progress("ingest")
    ingest = writes.ingest(workspace, by, plan)
    progress("several writers")
    return {
        "edits": _json(edits),
        "searches_after_edits": _json(searches),
        "bulk": bulk | {"transactions": _json(bulk["transactions"])},
        "undo": undone,
        "ingest": ingest | {"transactions": _json(ingest["transactions"])},
        "writers": _writers(plan, min(rounds, MOST_EDITS), min(rounds, WRITERS)),
    }


def _writers(plan: Plan, edits: int, count: int) -> Result:
    """Have so many processes edit at the same time."""
    command = [sys.executable, str(ROOT / "manage.py"), "bench", "--step", "write"]
    said = ["--images", str(plan.images), "--seed", str(plan.seed), "--rounds", str(edits)]
    with tempfile.TemporaryDirectory() as folder:
        outs = [Path(folder) / f"{number}.json" for number in range(count)]
        said += ["--begin", str(time() + 1 + WRITER_STARTS * count)]
        processes = [
            subprocess.Popen([*command, *said, "--out", str(out)])  # noqa: S603 -- ourselves
            for out in outs
        ]
        try:
            for process in processes:
                process.wait(WRITER_SECONDS)
        finally:
            for process in processes:
                process.kill()
                process.wait()
        each = [json.loads(out.read_text()) for out in outs if out.exists()]
    times = [seconds for one in each for seconds in one["times"]]
    lost = (count - len(each)) * edits
    span = max(one["ended"] for one in each) - min(one["began"] for one in each) if each else 0
    return {
        "processes": count,
        "edits": len(times),
        "errors": sum(one["errors"] for one in each) + lost,
        "per_second": len(times) / span if span else 0.0,
        "times": _json(timing(times)),
    }


def step_write(_plan: Plan, rounds: int, begin: float) -> Result:
    workspace, by = Workspace.objects.get(slug=SLUG), User.objects.get(username=USERNAME)
    return writes.writer(workspace, by, rounds, begin)


def _json(measured: Timing) -> Result:
    return asdict(measured)


STEPS: dict[str, Callable[[Plan, int, Progress], Result]] = {
    "build": step_build,
    "first": step_first,
    "measure": step_measure,
}
