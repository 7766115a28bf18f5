"""Long work: what was asked for, how far it has come, and a way to call it off."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from ninja import Router

from assetlib.accounts.models import Scope
from assetlib.api.v1 import schemas
from assetlib.api.v1.entrance import Call, operation
from assetlib.api.v1.pagination import Cursor, Limit, page_of
from assetlib.api.v1.problems import ProblemError, not_found
from assetlib.jobs import queue
from assetlib.jobs.kinds import kinds
from assetlib.jobs.models import Job, Status

router = Router(tags=["jobs"])


@operation(router, "GET", "/jobs", scope=Scope.READ, answers={200: schemas.JobPage})
def jobs(call: Call, limit: Limit = 50, cursor: Cursor = "") -> HttpResponse:
    """List the jobs, newest first."""
    page = page_of(call.workspace.jobs.listed(), "-id", limit=limit, cursor=cursor)
    return JsonResponse(
        {"items": [job_object(call, each) for each in page.items], "next": page.next}
    )


@operation(
    router, "GET", "/jobs/{job}", scope=Scope.READ, answers={200: schemas.Job}, url_name="job"
)
def job(call: Call, job: str) -> HttpResponse:
    """Return one job; ask again until `status` is done, failed or cancelled."""
    return JsonResponse(job_object(call, _job(call, job)))


@operation(
    router,
    "POST",
    "/jobs/{job}/cancel",
    scope=Scope.WRITE,
    answers={200: schemas.Job},
    problems=(409,),
)
def cancel(call: Call, job: str) -> HttpResponse:
    """Call the job off. What it has committed stays, and can be undone."""
    if not queue.cancel(_job(call, job)):
        raise ProblemError(409, "This job has ended already.")
    return JsonResponse(job_object(call, _job(call, job)))


def accepted(call: Call, job: Job) -> HttpResponse:
    """Answer that the job is asked for, and where to look after it."""
    said = job_object(call, job)
    return JsonResponse(said, status=202, headers={"Location": said["address"]})


def _job(call: Call, public_id: str) -> Job:
    found = call.workspace.jobs.listed().filter(public_id=public_id).first()
    if found is None:
        raise not_found("job", public_id)
    return found


def job_object(call: Call, job: Job) -> dict[str, Any]:
    address = kinds()[job.kind].address
    result = {name: value for name, value in job.result.items() if name != "file"}
    if address is not None and job.status == Status.DONE:
        result["url"] = call.request.build_absolute_uri(address(job))
    names = {"workspace": call.workspace.slug, "job": job.public_id}
    return {
        "id": job.public_id,
        "kind": job.kind,
        "status": job.status,
        "stage": job.stage,
        "progress": {"done": job.done, "total": job.total},
        "result": result,
        "change_set": job.checkpoint.get("change_set"),
        "error": job.error or None,
        "by": str(job.who) if job.who else None,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "address": reverse("api-v1:job", kwargs=names),
    }
