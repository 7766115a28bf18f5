"""Kinds of work for the tests: each step adds an image's entry, and commits with its checkpoint."""

from __future__ import annotations

from time import sleep
from typing import Any

from assetlib.changes.act import act
from assetlib.changes.models import ActKind, Origin
from assetlib.jobs.kinds import Kind
from assetlib.jobs.models import Job
from assetlib.jobs.queue import cancel
from assetlib.jobs.run import JobFailedError, Run
from metadata.annotate import annotate
from metadata.edits import Edit
from metadata.models import Entry
from metadata.values import from_json


def count(run: Run) -> dict[str, Any]:
    """Add 1 to the entry `n` of the first image, as often as the arguments say."""
    times, image = run.arguments["times"], run.workspace.images.earliest("ord")
    for done in range(run.checkpoint.get("done", 0), times):
        if done == run.arguments.get("cancelled_at"):
            cancel(run.job)
        if done == run.arguments.get("stopped_at"):
            run.stopping.set()
        with act(run.workspace, by=run.by, origin=Origin.API, kind=ActKind.EDIT) as acting:
            held = Entry.objects.filter(image=image, key__name="n").first()
            number = 0 if held is None or held.number is None else held.number
            annotate(acting, [Edit(image, set={"n": from_json(number + 1)})])
            run.proceed(done + 1, total=times, checkpoint={"done": done + 1})
        sleep(run.arguments.get("pause", 0))
    return {"said": f"Counted to {times}."}


def fail(run: Run) -> dict[str, Any]:
    raise JobFailedError("There is nothing to count.")


def crash(run: Run) -> dict[str, Any]:
    raise ZeroDivisionError


ENDED: list[str] = []


def note_end(job: Job) -> None:
    ENDED.append(job.status)


COUNT = Kind("Count", count, ended=note_end, address=lambda job: f"/counted/{job.public_id}")
QUICK = Kind("Count quickly", count, quick=True)
FAIL = Kind("Fail", fail)
CRASH = Kind("Crash", crash)
KINDS = {name: f"tests.jobs.work.{name.upper()}" for name in ("count", "quick", "fail", "crash")}

DONE: list[str] = []


def note_done() -> None:
    DONE.append("note")


def break_down() -> None:
    raise ZeroDivisionError
