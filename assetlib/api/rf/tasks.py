"""Long work as the official client waits for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from assetlib.accounts.models import Scope
from assetlib.api.rf.entrance import Call, RfError, entrance
from assetlib.jobs.models import Job, Status
from metadata.many import KIND as UPDATE_MANY

# The client goes on asking at the first two, and only at words of a list of its own.
STATUSES = {
    Status.CREATED: "created",
    Status.RUNNING: "running",
    Status.DONE: "completed",
    Status.FAILED: "failed",
    Status.CANCELLED: "failed",
}
CANCELLED = "It was cancelled. What was done until then stays."


@entrance(Scope.READ, "GET")
def task(call: Call, task: str) -> dict[str, Any]:
    """Say how far a task has come, and what it came to."""
    job = job_of(call, task)
    return {
        "taskId": job.public_id,
        "status": STATUSES[Status(job.status)],
        "progress": {"current": job.done, "total": job.total},
        # Of a task that failed the client reads the result, too: it is never null.
        "result": RESULTS.get(job.kind, dict)(job.result) if job.status == Status.DONE else {},
        "error": error_of(job),
    }


def job_of(call: Call, public_id: str, kind: str = "") -> Job:
    """Return the job of the workspace. Raises RfError when there is none, or none of the kind."""
    jobs = call.workspace.jobs.defer("frozen", "arguments")
    job = (jobs.filter(kind=kind) if kind else jobs).filter(public_id=public_id).first()
    if job is None:
        raise RfError(404, f"There is no task “{public_id}”.", kind="NotFound")
    return job


def error_of(job: Job) -> str | None:
    """Return why the job did not come to its end: a text, for the client strips it."""
    if job.status == Status.CANCELLED:
        return CANCELLED
    return job.error if job.status == Status.FAILED else None


def task_url(call: Call, job: Job) -> str:
    """Return the whole address at which the client asks for the job."""
    path = reverse("rf:task", args=[call.workspace.slug, job.public_id])
    return call.request.build_absolute_uri(path)


def _updated(result: dict[str, Any]) -> dict[str, Any]:
    failed, total = result["failed"], result["total"]
    return {
        "totalProcessed": total,
        "succeeded": total - len(failed),
        "failed": len(failed),
        "failedItems": [{"imageId": image, "error": why} for image, why in failed],
    }


# Results of the kinds of jobs of which the client knows a shape.
RESULTS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {UPDATE_MANY: _updated}
