from __future__ import annotations

import sys
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assetlib.accounts.models import Workspace
from assetlib.jobs.models import Job
from assetlib.jobs.worker import IDLE, work_off
from assetlib.mirror.bench import measure
from assetlib.mirror.bucket import BucketError
from assetlib.mirror.models import Mirror, Run, RunState
from assetlib.mirror.plan import Seen
from assetlib.mirror.preview import described, planned
from assetlib.mirror.runs import MirrorBusyError, enqueue_run
from assetlib.mirror.work import said_of

# Seconds between two lines of progress.
PACE = 1.0


class Command(BaseCommand):
    help = "Show what a run of a mirror would do, carry one out now, or measure it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["plan", "run", "bench"])
        parser.add_argument("name", metavar="NAME", help="name of the mirror")
        parser.add_argument("--workspace", metavar="W", help="slug, where several have such a one")

    def handle(self, *args: Any, what: str, name: str, **options: Any) -> None:
        mirror = _mirror(name, options["workspace"])
        match what:
            case "plan":
                self._plan(mirror)
            case "run":
                self._run(mirror)
            case _:
                for measured in measure(mirror):
                    self.stdout.write(str(measured))

    def _plan(self, mirror: Mirror) -> None:
        seen = Seen()
        try:
            with planned(mirror, seen) as actions:
                for action in actions:
                    words, why = described(mirror, action)
                    self.stdout.write(f"{words}: {action.path}{f' ({why})' if why else ''}")
        except BucketError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{seen.images:,} images there, {seen.unchanged:,} unchanged.")

    def _run(self, mirror: Mirror) -> None:
        try:
            run = enqueue_run(mirror, by=None)
        except MirrorBusyError as error:
            raise CommandError(str(error)) from error
        assert run.job is not None  # noqa: S101 -- just asked for
        over = threading.Event()
        telling = threading.Thread(target=self._tell, args=(run.job.pk, over), daemon=True)
        telling.start()
        try:
            # Should another worker be faster, this waits for it.
            while Run.objects.under_way().filter(pk=run.pk).exists():
                work_off(only=run.job)
                over.wait(IDLE)
        finally:
            over.set()
            telling.join()
        run.refresh_from_db()
        self._end(run)

    def _tell(self, job: int, over: threading.Event) -> None:
        while sys.stderr.isatty() and not over.wait(PACE):
            known = Job.objects.only("stage", "done", "total").get(pk=job)
            # The rest of the line goes: what was said before may have been longer.
            said = " · ".join(filter(None, (known.count, known.stage)))
            self.stderr.write(f"\r{said}\033[K", ending="")

    def _end(self, run: Run) -> None:
        if run.state not in {RunState.COMPLETED, RunState.PROBLEMS}:
            raise CommandError(run.message or f"The run is {run.get_state_display()}.")
        self.stdout.write(f"{run.get_state_display().capitalize()}: {said_of(run.counters)}")


def _mirror(name: str, workspace: str | None) -> Mirror:
    if workspace and not Workspace.objects.filter(slug=workspace).exists():
        raise CommandError(f"There is no workspace “{workspace}”.")
    found = list(Mirror.objects.filter(name=name).select_related("workspace"))
    if workspace:
        found = [mirror for mirror in found if mirror.workspace.slug == workspace]
    if not found:
        there = Mirror.objects.filter(workspace__slug=workspace) if workspace else Mirror.objects
        known = ", ".join(sorted({*there.values_list("name", flat=True)})) or "none so far"
        raise CommandError(f"There is no mirror “{name}”; there are: {known}.")
    if len(found) > 1:
        slugs = ", ".join(sorted(mirror.workspace.slug for mirror in found))
        raise CommandError(f"Several workspaces have a mirror “{name}”: {slugs}. Say --workspace.")
    return found[0]
